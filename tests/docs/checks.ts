// Imported by the programs that are made from pages: what it finds is printed when the program ends.
import { inspect, isDeepStrictEqual } from "node:util";
import { findingsMark } from "./findings.js";
import type { Findings } from "./findings.js";

const reached = new Set<number>();
const wrong: Findings["wrong"][number][] = [];

process.on("exit", () => {
  const findings: Findings = { reached: [...reached], wrong };
  console.log(`\n${findingsMark}${JSON.stringify(findings)}`);
});

/** Compares a statement's value with the one that is claimed, deeply and strictly. */
export function equal(line: number, actual: unknown, expected: unknown): void {
  reached.add(line);
  if (!isDeepStrictEqual(actual, expected)) wrong.push({ line, problem: `the value is ${print(actual)}, not ${print(expected)}` });
}

/** Runs a statement that is claimed to throw. */
export function throws(line: number, run: () => void, code: string, message: string | undefined): void {
  reached.add(line);
  try {
    run();
  } catch (error) {
    compareError(line, error, code, message);
    return;
  }
  wrong.push({ line, problem: `nothing was thrown instead of ${code}` });
}

/** Runs a statement that is claimed to fail while it is awaited. */
export async function rejects(line: number, run: () => Promise<void>, code: string, message: string | undefined): Promise<void> {
  reached.add(line);
  try {
    await run();
  } catch (error) {
    compareError(line, error, code, message);
    return;
  }
  wrong.push({ line, problem: `nothing was thrown instead of ${code}` });
}

function compareError(line: number, error: unknown, code: string, message: string | undefined): void {
  const { code: found, name, message: text } = error as { code?: unknown; name?: unknown; message?: unknown };
  if (found !== code && !(typeof found !== "string" && name === code)) {
    wrong.push({ line, problem: `${print(error)} was thrown instead of ${code}` });
  } else if (message !== undefined && text !== message) {
    wrong.push({ line, problem: `the message is ${print(text)}, not ${print(message)}` });
  }
}

function print(value: unknown): string {
  return inspect(value, { depth: Infinity, breakLength: Infinity, maxStringLength: Infinity });
}
