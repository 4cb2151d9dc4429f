import { isMainThread } from "node:worker_threads";
import { expect, it } from "@jest/globals";
import { attachedDatabase } from "../../support/attached-database.js";
import { tableContract } from "../table.js";

it("runs in a worker", () => expect(isMainThread).toBe(false));

tableContract("a database attached in a worker", attachedDatabase);
