import { existsSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { projectFolder } from "../support/installed-package.js";
import { readPage } from "./markdown.js";
import type { Page } from "./markdown.js";
import { folders, pageAt, pagesBelow, referenceFolder } from "./pages.js";

const others = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md", "bench/results/results.md"];
const pages = [...Object.values(folders).flatMap(pagesBelow), ...others.map(pageAt)];

/** What is wrong with the links of a page. */
function deadLinks({ path, headings, links }: Page): string[] {
  return links.flatMap(({ target, line }) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [file = "", anchor] = target.split("#");
    const found = file === "" ? path : posix.join(posix.dirname(path), file);
    if (!existsSync(join(projectFolder, found))) return [`${path}:${line}: there is no ${found}`];
    if (anchor === undefined) return [];
    const there = file === "" ? headings : statSync(join(projectFolder, found)).isFile() ? pageAt(found).headings : [];
    return there.some((heading) => heading.anchor === anchor) ? [] : [`${path}:${line}: ${found} has no heading #${anchor}`];
  });
}

describe("the links", () => {
  it.each(pages)("of $path lead somewhere", (page) => {
    expect(deadLinks(page)).toEqual([]);
  });

  it.each(Object.values(folders).flatMap((folder) => [folder, `${folder}/${referenceFolder}`]))(
    "of %s/index.md lead to every page",
    (folder) => {
      const targets = pageAt(`${folder}/index.md`).links.map(({ target }) => target);
      const names = pagesBelow(folder).map(({ path }) => path.slice(folder.length + 1));
      const isOwn = (name: string) => name !== "index.md" && (!name.startsWith(`${referenceFolder}/`) || name.endsWith("/index.md"));
      expect(targets).toEqual(expect.arrayContaining(names.filter(isOwn)));
    },
  );
});

/** What is named in code as a file of the project, and is not there. */
function missingFiles(path: string): string[] {
  const text = readFileSync(join(projectFolder, path), "utf8").replaceAll(/^( *)```.*?^\1```$/gms, "");
  const named = Array.from(text.matchAll(/`((?:src|tests|docs|docs-fr|bench)\/[\w./-]+\.\w+)`/g), ([, name]) => name!);
  return named.filter((name) => !existsSync(join(projectFolder, name)));
}

describe("the files", () => {
  it.each(["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs-fr/architecture.md"])("that %s names exist", (path) => {
    expect(missingFiles(path)).toEqual([]);
  });
});

describe("a page", () => {
  const page = (text: string): Page => readPage("README.md", text);

  it("has an anchor for each heading, as GitHub names it", () => {
    const anchors = page("# `db.on`, and more!\n## Été à l'école\n## Été à l'école\n```sh\n# not one\n```\n").headings;
    expect(anchors.map(({ anchor }) => anchor)).toEqual(["dbon-and-more", "été-à-lécole", "été-à-lécole-1"]);
  });

  it("may not link to what does not exist", () => {
    const text = "# A\n[a](package.json) [b](https://example.com) [c](#a) `[d](e)`\n[f](gone.md) [g](#gone) [h](CONTRIBUTING.md#gone)";
    expect(deadLinks(page(text))).toEqual([
      "README.md:3: there is no gone.md",
      "README.md:3: README.md has no heading #gone",
      "README.md:3: CONTRIBUTING.md has no heading #gone",
    ]);
  });
});
