import { describe, expect, it } from "@jest/globals";
import { breaches, readSources } from "../support/source-rules.js";
import type { Floors } from "../support/source-rules.js";

/** The floors of src, lowest first. A file imports only from its own folder and from lower floors. */
const floors: Floors = [
  ["base"],
  ["condition", "schema", "lock", "codec", "index"],
  ["log"],
  ["state"],
  ["query"],
  ["replica"],
  ["storage", "transaction"],
  ["table", "backup"],
  ["database"],
  ["index.ts"],
];

describe("the sources", () => {
  it("keep the rules of the house", () => {
    const sources = readSources(new URL("../../../src/", import.meta.url));
    expect([...sources.keys()]).toContain("index.ts");
    expect(breaches(sources, floors)).toEqual([]);
  });
});

describe("the rules", () => {
  it("let a file import from its own folder and from below, whatever else it holds", () => {
    const sources = new Map([
      ["base/errors.ts", `export class Failure extends Error {}`],
      ["base/value.ts", `import { Failure } from "./errors.js";\nexport const defaults = new Failure();`],
      ["lock/rw-lock.ts", `import { readFile } from "node:fs";\nimport msgpackr from "msgpackr";\nexport * from "../base/value.js";`],
      [
        "table/put.ts",
        `/**\n * import { DictDB } from "../database.js";\n */\n// see "../index.js"\nimport type { A } from "../lock/rw-lock.js";`,
      ],
      ["database/database.ts", `export { A } from "../table/put.js";\nexport const path = "./backups";`],
      ["index.ts", `export * from "./database/database.js";\n${"\n".repeat(398)}`],
    ]);
    expect(breaches(sources, floors)).toEqual([]);
  });

  it.each<[string, string]>([
    ["import", `import { a } from "../state/b.js";`],
    ["import over several lines", `import {\n  a, // why\n  b,\n} from "../state/b.js";`],
    ["import with single quotes", `import { a } from '../state/b.js'`],
    ["import for its effect", `import "../state/b.js";`],
    ["import type", `import type { A } from "../state/b.js";`],
    ["export from", `export { a } from "../state/b.js";`],
    ["export all", `export * from "../state/b.js";`],
    ["export type", `export type { A } from "../state/b.js";`],
    ["dynamic import", `const b = await import("../state/b.js");`],
    ["type of an import", `let a: import("../state/b.js").A;`],
    ["require", `import b = require("../state/b.js");`],
    ["URL of a worker", `new Worker(new URL("../state/b.js", import.meta.url));`],
  ])("see an upward %s", (_form, text) => {
    const sources = new Map([
      ["log/a.ts", text],
      ["state/b.ts", ""],
    ]);
    expect(breaches(sources, floors)).toEqual(["log/a.ts: imports state/b.ts, which does not stand on a lower floor"]);
  });

  it.each<[string, Record<string, string>, string[]]>([
    [
      "an import from a neighbour on the same floor",
      { "lock/a.ts": `import "../codec/b.js";`, "codec/b.ts": "" },
      ["lock/a.ts: imports codec/b.ts, which does not stand on a lower floor"],
    ],
    [
      "an import of the index file",
      { "database/database.ts": `import "../index.js";`, "index.ts": "" },
      ["database/database.ts: imports index.ts, which does not stand on a lower floor"],
    ],
    [
      "an import from outside",
      { "base/a.ts": `import "../../tests/b.js";` },
      ["base/a.ts: imports ../tests/b.ts, which is not a source file"],
    ],
    ["a folder that has no floor", { "extra/a.ts": "" }, ["extra/a.ts: stands on no floor"]],
    ["a file that has no floor", { "main.ts": "" }, ["main.ts: stands on no floor"]],
    [
      "a cycle inside a folder, type imports included",
      { "base/a.ts": `import "./b.js";`, "base/b.ts": `import type { C } from "./c.js";`, "base/c.ts": `import "./a.js";` },
      ["base/a.ts -> base/b.ts -> base/c.ts -> base/a.ts: import each other"],
    ],
    ["a file that imports itself", { "base/a.ts": `import "./a.js";` }, ["base/a.ts -> base/a.ts: import each other"]],
    ["a file that is too long", { "base/a.ts": "\n".repeat(401) }, ["base/a.ts: has 401 lines, more than 400"]],
    ["a file name in camel case", { "base/valueOrder.ts": "" }, ["base/valueOrder.ts: valueOrder is not in kebab-case"]],
    ["a folder name in capitals", { "base/Clock/a.ts": "" }, ["base/Clock/a.ts: Clock is not in kebab-case"]],
    ["a name with an underscore", { "base/value_order.ts": "" }, ["base/value_order.ts: value_order is not in kebab-case"]],
    ["utils", { "base/utils.ts": "" }, ["base/utils.ts: utils says nothing about what is inside"]],
    [
      "utils with a longer name",
      { "base/string-utils/a.ts": "" },
      ["base/string-utils/a.ts: string-utils says nothing about what is inside"],
    ],
    ["a default export", { "base/a.ts": "const a = 1;\nexport default a;" }, ["base/a.ts: has a default export"]],
    ["a default export by name", { "base/a.ts": "const a = 1;\nexport { a as default };" }, ["base/a.ts: has a default export"]],
  ])("see %s", (_breach, files, expected) => {
    expect(breaches(new Map(Object.entries(files)), floors)).toEqual(expected);
  });
});
