import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { projectFolder } from "../support/installed-package.js";
import { folders, pagesBelow, pagesIn } from "./pages.js";

/** What the site's settings say of its pages. They are JavaScript, because VitePress reads them as they are. */
interface Site {
  readonly languages: Record<keyof typeof folders, { folder: string }>;
  pathOf(file: string): string;
  linkTo(file: string): string | undefined;
  anchorOf(title: string): string;
  sidebarOf(language: { folder: string }): { text: string; items: { text: string; link: string }[] }[];
}

describe("the site", () => {
  let site: Site;

  beforeAll(async () => {
    site = (await import(pathToFileURL(join(projectFolder, "docs/.vitepress/pages.mjs")).href)) as Site;
  });

  it("has a place of its own for each page, and the same for its translation", () => {
    const english = pagesBelow(folders.english).map(({ path }) => path);
    const paths = english.map((file) => site.pathOf(file));
    expect(new Set(paths).size).toBe(english.length);
    const french = english.map((file) => site.pathOf(file.replace(folders.english, folders.french)));
    expect(french).toEqual(paths.map((path) => `${folders.french}/${path}`));
    expect(paths).toEqual(expect.arrayContaining(["index.md", "queries.md", "examples/flights/index.md"]));
  });

  it("leads to pages only", () => {
    expect(site.linkTo("docs/queries.md")).toBe("/queries.md");
    expect(site.linkTo("docs-fr/index.md")).toBe("/docs-fr/");
    expect(site.linkTo("CHANGELOG.md")).toBe("/changelog.md");
    expect(site.linkTo("docs/examples/flights/main.ts")).toBeUndefined();
    expect(site.linkTo("docs/gone.md")).toBeUndefined();
  });

  it("names headings as GitHub does", () => {
    expect(site.anchorOf("`db.on`, and more!")).toBe("dbon-and-more");
    expect(site.anchorOf("Été à l'école")).toBe("été-à-lécole");
  });

  it.each(["english", "french"] as const)("lists every %s page beside them all", (language) => {
    const links = site.sidebarOf(site.languages[language]).flatMap(({ items }) => items.map(({ link }) => link));
    const pages = pagesIn(folders[language]).map(({ path }) => site.linkTo(path));
    expect(links).toEqual(expect.arrayContaining(pages.filter((link) => !link?.endsWith("/"))));
  });
});
