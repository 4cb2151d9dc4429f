import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "@jest/globals";
import * as library from "../../src/index.js";
import { projectFolder } from "../support/installed-package.js";
import { folders, pagesBelow, referenceFolder } from "./pages.js";

/** What makes the reference: JavaScript, because it runs before anything is built. */
interface Maker {
  writeReference(language: "en" | "fr"): Map<string, string>;
}

const languages = [
  ["en", `${folders.english}/${referenceFolder}`],
  ["fr", `${folders.french}/${referenceFolder}`],
] as const;

describe("the API reference", () => {
  let maker: Maker;

  beforeAll(async () => {
    maker = (await import(pathToFileURL(join(projectFolder, "docs/.vitepress/api/reference.mjs")).href)) as Maker;
  });

  it.each(languages)("in %s is what the sources say now: if not, run npm run docs:api", (language, folder) => {
    const pages = maker.writeReference(language);
    expect(pagesBelow(folder).map(({ path }) => path)).toEqual([...pages.keys()].map((name) => `${folder}/${name}`).sort());
    for (const [name, text] of pages)
      expect({ name, text: readFileSync(join(projectFolder, folder, name), "utf8") }).toEqual({ name, text });
  });

  it("has a line for every name that the package exports, which says what it is", () => {
    const rows = Array.from(
      maker
        .writeReference("en")
        .get("index.md")!
        .matchAll(/^\| \[`(\w+)`\]\(\S+\) \| (.*) \|$/gm),
    );
    expect(rows.map(([, name]) => name)).toEqual(expect.arrayContaining(Object.keys(library)));
    expect(rows.length).toBeGreaterThan(Object.keys(library).length);
    expect(rows.filter(([, , meaning]) => meaning === "").map(([, name]) => name)).toEqual([]);
  });
});
