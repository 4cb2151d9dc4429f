import { describe, expect, it } from "@jest/globals";
import { readClaims } from "./claims.js";
import type { CodeBlock } from "./markdown.js";
import { folders, pagesBelow } from "./pages.js";

const english = pagesBelow(folders.english);
const french = new Map(pagesBelow(folders.french).map((page) => [page.path.slice(folders.french.length + 1), page]));
const pairs = english.map((page) => {
  const name = page.path.slice(folders.english.length + 1);
  return { name, page, translation: french.get(name)! };
});

/** A block without the comments that are there to be read; what is left is the same in every language. */
function codeOf({ language, info, lines }: CodeBlock): string[] {
  const code: string[] = [`${language} ${info}`];
  if (language === "sh") return [...code, ...lines.map((line) => line.replace(/\s+# .*$/, ""))];
  if (language !== "ts") return [...code, `${lines.length} lines`];
  const claimed = new Set(readClaims(lines).flatMap(({ line, end }) => range(line, end)));
  for (const [i, line] of lines.entries()) {
    if (claimed.has(i)) code.push(line);
    else if (line.trimStart().startsWith("// @")) code.push(line.replace(/ -- .*$/, ""));
    else if (!line.trimStart().startsWith("//")) code.push(line.replace(/(?<=[;,{})\]]) \/\/ .*$/, ""));
  }
  return code;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

describe("the French pages", () => {
  it("are those of the English documentation", () => {
    expect([...french.keys()]).toEqual(pairs.map(({ name }) => name));
    expect(pairs.length).toBeGreaterThan(10);
  });

  it.each(pairs)("$name has the headings of the English one", ({ page, translation }) => {
    expect(translation.headings.map(({ level }) => level)).toEqual(page.headings.map(({ level }) => level));
  });

  it.each(pairs)("$name has the code of the English one", ({ page, translation }) => {
    expect(translation.blocks.map(codeOf)).toEqual(page.blocks.map(codeOf));
  });

  it.each(pairs)("$name has the tables of the English one", ({ page, translation }) => {
    expect(translation.tables).toEqual(page.tables);
  });
});

describe("codeOf", () => {
  it("leaves out what is there to be read, and nothing else", () => {
    const lines = [
      "// First:",
      "a(1); // why",
      'const url = "http://a"; // => [',
      "//   1,",
      "// ]",
      "// Then:",
      "b(); // throws CODE: no",
      "//   not this",
      "// but this",
      "// @ts-expect-error -- because",
      "c(2);",
    ];
    const code = [
      "ts ",
      "a(1);",
      'const url = "http://a"; // => [',
      "//   1,",
      "// ]",
      "b(); // throws CODE: no",
      "//   not this",
      "// @ts-expect-error",
      "c(2);",
    ];
    expect(codeOf({ language: "ts", info: "", firstLine: 1, lines })).toEqual(code);
  });
});
