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

/** The pages in a folder and in the folders below it, sorted by path. */
export function pagesBelow(folder: string): Page[] {
  return readdirSync(join(projectFolder, folder), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".md") && !name.startsWith("."))
    .sort()
    .map((name) => pageAt(`${folder}/${name}`));
}

/** The folder, in each of the two, of the pages that are made from the sources: their code is the sources' own, and no program. */
export const referenceFolder = "api";

/** Every page whose examples are run. */
export function allPages(): Page[] {
  const written = Object.values(folders).flatMap((folder) =>
    pagesBelow(folder).filter(({ path }) => !path.startsWith(`${folder}/${referenceFolder}/`)),
  );
  return [pageAt("README.md"), ...written];
}
