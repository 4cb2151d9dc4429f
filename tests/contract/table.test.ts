import { DictDB } from "../../src/index.js";
import { tableContract } from "./table.js";

tableContract("a local database", (options) => new DictDB(options));
