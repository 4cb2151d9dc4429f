import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../support/installed-package.js";
import { readPage } from "./markdown.js";
import type { Page } from "./markdown.js";

/** The English pages and their French counterparts, by folder. */
export const folders = { english: "docs", french: "docs-fr" } as const;

/** Reads one page of the project. */
export function pageAt(path: string): Page {
  return readPage(path, readFileSync(join(projectFolder, path), "utf8"));
}

/** The pages directly in a folder, sorted by name. */
export function pagesIn(folder: string): Page[] {
  return readdirSync(join(projectFolder, folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => pageAt(`${folder}/${name}`));
}

/** What the examples say of themselves: pages in English alone, for who reads the code. */
export function examplePages(): Page[] {
  const folder = `${folders.english}/examples`;
  return readdirSync(join(projectFolder, folder), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => pageAt(`${folder}/${name}`));
}

/** Every page whose examples are run. */
export function allPages(): Page[] {
  return [pageAt("README.md"), ...pagesIn(folders.english), ...pagesIn(folders.french)];
}
