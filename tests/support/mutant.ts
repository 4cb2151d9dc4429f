import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A fault to put into the built library: one place of one file, by its exact text. */
export interface Mutation {
  /** The file under `src`, as it was built: `log/shared-log.js`. */
  readonly file: string;
  /** What stands there exactly once, so that a mutation cannot silently stop to apply. */
  readonly find: string;
  readonly replace: string;
}

/** A copy of the built library with a fault in it. */
export interface Mutant {
  /** The URL of its `index.js`. */
  readonly library: string;
  remove(): void;
}

const project = fileURLToPath(new URL("../../../", import.meta.url));

/** Builds a mutant in a temporary folder; it shares the installed packages of the project. @throws when a text is not there exactly once */
export function makeMutant(mutations: readonly Mutation[]): Mutant {
  const folder = mkdtempSync(join(tmpdir(), "dictdb-mutant-"));
  const source = join(folder, "dist", "src");
  const remove = () => rmSync(folder, { recursive: true });
  try {
    cpSync(join(project, "dist", "src"), source, { recursive: true });
    cpSync(join(project, "package.json"), join(folder, "package.json"));
    symlinkSync(join(project, "node_modules"), join(folder, "node_modules"), "dir");
    for (const { file, find, replace } of mutations) {
      const path = join(source, file);
      const parts = readFileSync(path, "utf8").split(find);
      if (parts.length !== 2) throw new Error(`${file} has ${JSON.stringify(find)} ${parts.length - 1} times`);
      writeFileSync(path, parts.join(replace));
    }
    return { library: pathToFileURL(join(source, "index.js")).href, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
