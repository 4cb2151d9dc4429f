import { beforeAll, describe, expect, it } from "@jest/globals";
import { readPage } from "./markdown.js";
import { programsOf } from "./program.js";
import { problemsOf } from "./run-programs.js";

const imports = `import { DictDB } from "dictdb";`;

/** Pages by what is said of them. Each has its blocks from the third line on. */
const pages: Record<string, readonly string[]> = {
  "one program for all blocks": [`${imports}\nconst db = new DictDB();`, "db.seq; // => 0"],
  "a value": ["1 + 1; // => 2", "1 + 1; // => 3"],
  "a deep value": [`({ a: [1n, new Date(0)] });\n// => {\n//   a: [1n, new Date(1)],\n// }`],
  "a value of another type": [`"1"; // => 1`],
  "an absent field": [`({ a: undefined }); // => {}`],
  "a declared value": ["const a = 1; // => 2", "const b: number = a; // => 1"],
  "a chain": ["[1, 2]\n  .map((x) => x + 1)\n  .join(); // => '2,4'"],
  "a call over several lines": ["Math.max(\n  1,\n  2,\n); // => 1"],
  "a value that is awaited": ["await Promise.resolve(1); // => 2"],
  "a claim inside a callback": ["[1].forEach((x) => {\n  x; // => 2\n});"],
  "a claim that is not reached": ["if (Date.now() < 0) {\n  1; // => 1\n}"],
  "an error": [`${imports}\nnew DictDB().getTable("a"); // throws TABLE_NOT_FOUND`, `new DictDB().getTable("a"); // throws CLOSED`],
  "an error that does not come": ["1; // throws CLOSED", "await Promise.resolve(1); // throws CLOSED"],
  "an error without a code": [`await Promise.reject(new TypeError("a")); // throws TypeError`, `await Promise.reject(1); // throws CLOSED`],
  "a message": [
    `${imports}\nnew DictDB().getTable("a");\n// throws TABLE_NOT_FOUND: getTable(): there is\n//   no table "a"`,
    `new DictDB().getTable("a");\n// throws TABLE_NOT_FOUND: no table`,
  ],
  "a program that ends early": [`throw new Error("early");`, "1; // => 1"],
  "a type error": [`const text: string = 1;`],
  "a type error that is expected": [`// @ts-expect-error\nconst text: string = 1; // => 1`],
  "a worker": [
    `import { once } from "node:events";\nimport { Worker } from "node:worker_threads";`,
    `worker-of-page.ts\nimport { parentPort } from "node:worker_threads";\nparentPort?.postMessage(6 * 7);`,
    `const [answer] = await once(new Worker(new URL("./worker-of-page.js", import.meta.url)), "message");\nanswer; // => 41`,
  ],
  "a type error in a module": ["1; // => 1", "broken-module.ts\nexport const text: string = 1;"],
  "a block alone": ["const a = 1;", "alone\nconst a = 2;\na; // => 1"],
};

const files = Object.entries(pages).map(([name, blocks], i) => {
  const fences = blocks.map((block) => {
    const [, info = "", code] = /^(?:(alone|[\w-]+\.ts)\n)?([^]*)$/.exec(block)!;
    return `\`\`\`ts ${info}`.trim() + `\n${code}\n\`\`\``;
  });
  return { name, page: readPage(`page-${i}.md`, `# ${name}\n\n${fences.join("\n")}\n`) };
});
let problems: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  problems = await problemsOf(
    "programs",
    files.flatMap(({ page }) => programsOf(page)),
  );
}, 60_000);

describe("the programs of a page", () => {
  it.each<[string, readonly string[]]>([
    ["one program for all blocks", []],
    ["a value", ["7: the value is 2, not 3"]],
    ["a deep value", ["5: the value is { a: [ 1n, 1970-01-01T00:00:00.000Z ] }, not { a: [ 1n, 1970-01-01T00:00:00.001Z ] }"]],
    ["a value of another type", ["4: the value is '1', not 1"]],
    ["an absent field", ["4: the value is { a: undefined }, not {}"]],
    ["a declared value", ["4: the value is 1, not 2"]],
    ["a chain", ["6: the value is '2,3', not '2,4'"]],
    ["a call over several lines", ["7: the value is 2, not 1"]],
    ["a value that is awaited", ["4: the value is 1, not 2"]],
    ["a claim inside a callback", ["5: the value is 1, not 2"]],
    ["a claim that is not reached", ["5: this claim was never looked at"]],
    ["an error that does not come", ["4: nothing was thrown instead of CLOSED", "7: nothing was thrown instead of CLOSED"]],
    ["an error without a code", ["7: 1 was thrown instead of CLOSED"]],
    ["a message", [`11: the message is 'getTable(): there is no table "a"', not 'no table'`]],
    ["a type error", ["4: error TS2322: Type 'number' is not assignable to type 'string'."]],
    ["a type error that is expected", []],
    ["a worker", ["13: the value is 42, not 41"]],
    ["a type error in a module", ["7: error TS2322: Type 'number' is not assignable to type 'string'."]],
    ["a block alone", ["8: the value is 2, not 1"]],
  ])("say of %s what is wrong, and where", (name, expected) => {
    const { page } = files.find((file) => file.name === name)!;
    expect(problems.get(page.path)).toEqual(expected.map((problem) => `${page.path}:${problem}`));
  });

  it.each<[string, readonly RegExp[]]>([
    ["an error", [/:8: TableNotFoundError \[TABLE_NOT_FOUND\]: .* was thrown instead of CLOSED$/s]],
    [
      "a program that ends early",
      [/: the program ended with an error: .*page-\d+\.ts:4\n.*Error: early/s, /:7: this claim was never looked at$/],
    ],
  ])("say of %s what is wrong, and where it comes from", (name, expected) => {
    const { page } = files.find((file) => file.name === name)!;
    const found = problems.get(page.path)!;
    expect(found).toHaveLength(expected.length);
    for (const [i, pattern] of expected.entries()) expect(found[i]).toMatch(pattern);
  });

  it.each([
    ["a claim above the first statement", "```ts\n// => 1\n```", "a claim stands above the first statement"],
    ["a value without an end", "```ts\n1; // => [\n```", "this value has no end: ["],
    ["a statement without a value", "```ts\nfor (const a of [1]) {\n} // => 1\n```", "has no value that could be compared"],
    ["several names", "```ts\nconst { a } = b; // => 1\n```", "has no value that could be compared"],
    ["an error without a code", "```ts\n1; // throws something, maybe\n```", "names no code"],
    ["an unknown mark", "```ts later\n1;\n```", `"later" means nothing`],
    ["a claim in a module", "```ts worker.ts\n1; // => 1\n```", "page.md:4: nobody looks at the claims of a module"],
    ["a block without an end", "```ts\n1;\n", "this block of code has no end"],
  ])("are refused for %s", (_what, text, message) => {
    expect(() => programsOf(readPage("page.md", `# A\n\n${text}`))).toThrow(message);
  });
});
