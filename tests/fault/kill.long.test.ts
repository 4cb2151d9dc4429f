import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { killRounds } from "../support/kills.js";
import { tempFolder } from "../support/temp-folder.js";

// Each process lives for a quarter of a second; two series run at a time. Many more rounds: npm run soak:files.
it("a process that is killed while it saves and backs up leaves whole files, none older than it said", async () => {
  const seed = Number(process.env.DICTDB_SEED ?? Date.now() % 2 ** 31);
  const folder = tempFolder();
  const series = [0, 1].map((i) => killRounds(join(folder, String(i)), 52, seed + i));
  expect({ seed, findings: (await Promise.all(series)).flat() }).toEqual({ seed, findings: [] });
}, 240_000);
