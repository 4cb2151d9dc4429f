import { DictDB } from "../../src/index.js";
import type { DatabaseOptions } from "../../src/index.js";
import { attachedDatabase } from "../support/attached-database.js";
import { transactionContract } from "./transactions.js";

const shared = (options?: DatabaseOptions): DictDB => {
  const db = new DictDB(options);
  db.share();
  return db;
};

transactionContract("a database that was shared", shared, true);
transactionContract("a database of another thread", attachedDatabase, true);
