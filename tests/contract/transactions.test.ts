import { DictDB } from "../../src/index.js";
import { transactionContract } from "./transactions.js";

transactionContract("a local database", (options) => new DictDB(options), false);
