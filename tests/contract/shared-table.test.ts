import { DictDB } from "../../src/index.js";
import { attachedDatabase } from "../support/attached-database.js";
import { tableContract } from "./table.js";

tableContract("a database that was shared", (options) => {
  const db = new DictDB(options);
  db.share();
  return db;
});

tableContract("a database of another thread", attachedDatabase);
