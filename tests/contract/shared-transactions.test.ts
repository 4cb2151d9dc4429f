import { DictDB } from "../../src/index.js";
import { attachedDatabase } from "../support/attached-database.js";
import { transactionContract } from "./transactions.js";

transactionContract("a database that was shared", (options) => {
  const db = new DictDB(options);
  db.share();
  return db;
});

transactionContract("a database of another thread", attachedDatabase);
