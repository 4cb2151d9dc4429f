import { describe, it } from "@jest/globals";
import fc from "fast-check";
import { patience, runs } from "../support/arbitraries.js";
import { operations } from "../support/arbitrary-operation.js";
import { World } from "../support/table-world.js";
import type { WorldOptions } from "../support/table-world.js";

const plain: WorldOptions = { freeze: false, versionField: undefined, schema: false, frozenInput: false };

describe("whatever is done to a table, it stays what a plain Map would be, or what it was before a failure", () => {
  it.each<[string, WorldOptions, number]>([
    ["without options", plain, 350],
    ["with stored records frozen and frozen input", { ...plain, freeze: true, frozenInput: true }, 150],
    ["with a version field", { ...plain, versionField: "v", frozenInput: true }, 150],
    ["with a schema", { ...plain, schema: true }, 200],
    ["with a schema, a version field and frozen records", { freeze: true, versionField: "v", schema: true, frozenInput: false }, 150],
  ])(
    "%s",
    async (_name, options, count) => {
      await fc.assert(
        fc.asyncProperty(operations, async (list) => {
          const world = new World(options);
          for (const operation of list) {
            world.perform(operation);
            await world.verify();
          }
        }),
        runs(count),
      );
    },
    patience,
  );
});
