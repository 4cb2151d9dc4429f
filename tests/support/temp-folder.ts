import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";

/** Where files are in memory, if there is such a place: nothing here outlives the process's death by loss of power, and fsync costs nothing. */
const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, removed when the tests of the file are done. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(place, "dictdb-test-"));
  folders.push(folder);
  return folder;
}
