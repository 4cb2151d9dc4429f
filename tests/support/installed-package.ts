import { execFile } from "node:child_process";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project itself. */
export const projectFolder = fileURLToPath(new URL("../../../", import.meta.url));

/** What a program printed, both streams together in `output`, and the code that it left. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly output: string;
}

/** Runs a program to its end in a folder; resolves whatever its exit code is. */
export function run(folder: string, program: string, ...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    // On Windows npm is a script, which only a shell can start.
    const options = { cwd: folder, maxBuffer: 2 ** 26, shell: process.platform === "win32" && program === "npm" };
    execFile(program, args, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ exitCode, stdout, output: `${stdout}${stderr}` });
    });
  });
}

/** Runs the command of a development dependency, given as the path of its script below `node_modules`. */
export function runTool(folder: string, script: string, ...args: readonly string[]): Promise<Outcome> {
  return run(folder, process.execPath, join(projectFolder, "node_modules", script), ...args);
}

/** The package as its users get it: packed, and installed from the tarball in an empty project of its own. */
export class InstalledPackage {
  /** The tarball's path. */
  readonly tarball: string;
  /** The paths of the files in the tarball. */
  readonly files: readonly string[];
  /** The project that the package is installed in. */
  readonly consumer: string;
  /** The installed package's own folder. */
  readonly folder: string;

  private constructor(tarball: string, files: readonly string[], consumer: string) {
    this.tarball = tarball;
    this.files = files;
    this.consumer = consumer;
    this.folder = join(consumer, "node_modules", "dictdb");
  }

  /** Packs what is built and installs it without running any install script. Remove it when done. */
  static async create(): Promise<InstalledPackage> {
    const consumer = await realpath(await mkdtemp(join(tmpdir(), "dictdb-package-")));
    await writeFile(join(consumer, "package.json"), JSON.stringify({ private: true }));
    // Without its scripts: prepack would delete and rebuild the very files that are under test.
    const packed = succeeded(await run(projectFolder, "npm", "pack", "--ignore-scripts", "--json", "--pack-destination", consumer));
    const [description] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
    const tarball = join(consumer, description.filename);
    succeeded(await run(consumer, "npm", "install", tarball, "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"));
    return new InstalledPackage(
      tarball,
      description.files.map((file) => file.path),
      consumer,
    );
  }

  /** Reads and parses a JSON file of the installed package. */
  async readJson(path: string): Promise<Record<string, unknown>> {
    return JSON.parse(await readFile(join(this.folder, path), "utf8")) as Record<string, unknown>;
  }

  /** Writes a file into the consuming project. */
  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.consumer, name), text);
  }

  /** Deletes the project and the tarball. */
  async remove(): Promise<void> {
    await rm(this.consumer, { recursive: true, force: true });
  }
}

function succeeded(outcome: Outcome): Outcome {
  if (outcome.exitCode !== 0) throw new Error(outcome.output);
  return outcome;
}
