import { fileURLToPath } from "node:url";
import { expect, it } from "@jest/globals";
import { run } from "../../support/installed-package.js";

const programs = fileURLToPath(new URL("./programs", import.meta.url));
const minute = 60_000;

it.each([
  ["a worker has written and ended", "worker-ended", { code: 0, size: 2, heard: ["remote", "local"] }],
  ["a worker listens and does nothing else", "worker-listens", { code: 0, size: 1 }],
  ["the main thread has attached to a database and listens", "main-attached", { size: 2, heard: ["local"] }],
  ["somebody awaited a lock, once it was granted", "awaits-lock", { size: 1 }],
])(
  "the process ends by itself when %s",
  async (_what, program, expected) => {
    const { exitCode, stdout, output } = await run(programs, process.execPath, `${program}.js`);
    expect(output).toBe(stdout);
    expect(JSON.parse(stdout)).toEqual(expected);
    expect(exitCode).toBe(0);
  },
  minute,
);
