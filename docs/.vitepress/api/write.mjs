// Writes the reference of every public name into docs/api and docs-fr/api, from the sources and their comments.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sourceFolder } from "../pages.mjs";
import { writeReference } from "./reference.mjs";

for (const [language, folder] of [
  ["en", "docs/api"],
  ["fr", "docs-fr/api"],
]) {
  const target = join(sourceFolder, folder);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [file, text] of writeReference(language)) writeFileSync(join(target, file), text);
}
