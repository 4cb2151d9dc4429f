import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BackupManager, DictDB, sum } from "../../src/index.js";
import { checkAll } from "./database-content.js";
import { projectFolder } from "./installed-package.js";
import { randomFrom } from "./random.js";

const total = 1_000_000;
const names = ["saved.json", "saved.msgpack"] as const;

/** What the killed process had said to be durable when it died. */
interface Said {
  backup: number;
  readonly saved: Record<string, number>;
}

/**
 * Starts the process of `tests/fault/saver.ts` again and again, kills it at a random moment, and looks at what it has left behind.
 * @returns what is wrong, in words; nothing where all is well
 */
export async function killRounds(folder: string, rounds: number, seed: number): Promise<string[]> {
  const random = randomFrom(seed);
  const findings: string[] = [];
  const said: Said = { backup: 0, saved: {} };
  mkdirSync(folder, { recursive: true });
  for (let round = 0; round < rounds && findings.length === 0; round++) {
    await killOnce(folder, round, said, 1 + random(16), random(3));
    for (const finding of await look(folder, said)) findings.push(`round ${round}: ${finding}`);
  }
  return findings;
}

/** Lets it get on by some lines and a few turns of the event loop more. */
function killOnce(folder: string, seed: number, said: Said, lines: number, turns: number): Promise<void> {
  const script = join(projectFolder, "dist/tests/fault/saver.js");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, folder, String(seed)], { stdio: ["ignore", "pipe", "pipe"] });
    let rest = "";
    let errors = "";
    let count = 0;
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop()!;
      for (const line of parts) note(line, said);
      count += parts.length;
      if (count >= lines) later(turns, () => child.kill("SIGKILL"));
    });
    child.on("error", reject);
    child.on("close", (_code, signal) => (signal === "SIGKILL" ? resolve() : reject(new Error(`the process ended by itself: ${errors}`))));
  });
}

function later(turns: number, run: () => void): void {
  if (turns === 0) run();
  else setImmediate(() => later(turns - 1, run));
}

function note(line: string, said: Said): void {
  const saved = /^saved (\S+) (\d+)$/.exec(line);
  if (saved !== null) said.saved[saved[1]!] = Number(saved[2]);
  const backup = /^(?:backed-up|restored) (\d+)$/.exec(line);
  if (backup !== null) said.backup = Number(backup[1]);
}

async function look(folder: string, said: Said): Promise<string[]> {
  const findings: string[] = [];
  for (const name of names) {
    const seq = said.saved[name];
    if (!existsSync(join(folder, name))) {
      if (seq !== undefined) findings.push(`${name} is gone`);
      continue;
    }
    try {
      findings.push(...faultsOf(name, await DictDB.load(join(folder, name)), seq ?? 0));
    } catch (error) {
      findings.push(`${name}: ${String(error)}`);
    }
  }
  if (said.backup > 0) findings.push(...(await lookAtBackups(join(folder, "backups"), said.backup)));
  const leftovers = readdirSync(folder).filter((name) => name.endsWith(".tmp"));
  if (leftovers.length > names.length) findings.push(`temporary files pile up: ${leftovers.join(", ")}`);
  return findings;
}

async function lookAtBackups(folder: string, durable: number): Promise<string[]> {
  try {
    const { db, seq, skipped } = await BackupManager.restore(folder);
    const leftovers = readdirSync(folder).filter((name) => name.endsWith(".tmp"));
    return [
      ...faultsOf("restore", db, durable),
      ...(seq === db.seq ? [] : [`restore says seq ${seq}, it is ${db.seq}`]),
      ...skipped.map(({ file, reason }) => `skipped ${file}: ${reason}`),
      ...(leftovers.length > 1 ? [`temporary files pile up: ${leftovers.join(", ")}`] : []),
    ];
  } catch (error) {
    return [`restore: ${String(error)}`];
  }
}

/** A state of one moment has the same total; and it is not older than what was said to be durable. */
function faultsOf(what: string, db: DictDB, durable: number): string[] {
  checkAll(db);
  const left = db.getTable("left").aggregate({ n: sum("n") }).n ?? 0;
  const right = db.getTable("right").aggregate({ n: sum("n") }).n ?? 0;
  const seq = (db.getTable("marks").get("now")?.seq as number | undefined) ?? 0;
  return [
    ...(left + right === total ? [] : [`${what}: the total is ${left + right}`]),
    ...(seq >= durable ? [] : [`${what}: the state is that of ${seq}, older than ${durable}`]),
  ];
}
