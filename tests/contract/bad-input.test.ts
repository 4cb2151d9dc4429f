import { DictDB } from "../../src/index.js";
import { badInputContract } from "./bad-input.js";

badInputContract("a local database", () => new DictDB());
