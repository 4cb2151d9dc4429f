import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../soak/main.js", import.meta.url));

/** How a run of the soak ended: 0 without a violation, 1 with one, or the signal that ended it; and all that it printed. */
export interface SoakOutcome {
  readonly code: unknown;
  readonly output: string;
}

/** Runs the soak as a program of its own: its threads then are as they are for a user, and one that hangs hangs nobody else. */
export function runSoak(args: readonly string[]): Promise<SoakOutcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), output: stdout + stderr });
    });
  });
}
