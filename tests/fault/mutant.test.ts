import { execFileSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { makeMutant } from "../support/mutant.js";
import type { Mutation } from "../support/mutant.js";

const file = "log/local-log.js";
const fault: Mutation = { file: "state/table-state.js", find: "return this.#slots.size;", replace: "return 2 * this.#slots.size;" };

/** How many records a table has after one insert. */
function sizeIn(library: string): string {
  const program = `import { DictDB } from ${JSON.stringify(library)}; const db = new DictDB(); const t = db.createTable("t"); t.insert({}); console.log(t.size);`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" }).trim();
}

describe("a mutant", () => {
  it("is the library but for the fault", () => {
    const mutants = [makeMutant([]), makeMutant([fault])];
    try {
      expect(mutants.map(({ library }) => sizeIn(library))).toEqual(["1", "2"]);
    } finally {
      for (const mutant of mutants) mutant.remove();
    }
  });

  it.each([
    ["a text that is not there", "this.#tale", 0],
    ["a text that is there more than once", "this.#tail", 5],
  ])("is refused with %s", (_name, find, times) => {
    expect(() => makeMutant([{ file, find, replace: "" }])).toThrow(`log/local-log.js has ${JSON.stringify(find)} ${times} times`);
  });
});
