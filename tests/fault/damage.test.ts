import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { BackupManager, DictDB, isDictDBError } from "../../src/index.js";
import { replaceDisk } from "../../src/storage/disk.js";
import { patience } from "../support/arbitraries.js";
import { contentOf } from "../support/database-content.js";
import { MemoryDisk } from "../support/memory-disk.js";
import { randomFrom } from "../support/random.js";
import { tempFolder } from "../support/temp-folder.js";

const rounds = Math.round(20_000 * Number(process.env.DICTDB_RUNS ?? 1));
const disk = new MemoryDisk();
let putBack: () => void;

beforeAll(() => {
  putBack = replaceDisk(disk);
});
afterAll(() => putBack());

/** Small, so that every bit of it can be turned. */
function small(): DictDB {
  const db = new DictDB();
  const table = db.createTable("t", { versionField: "v" });
  table.insert([
    { a: "é\ud83d", b: [-0, 2n ** 70n] },
    { a: null, b: new Date(0) },
  ]);
  table.createIndex("a", { type: "sorted" });
  return db;
}

const whole = contentOf(small());

/** Loads some bytes: "whole" for exactly what was saved, or the code of the error; anything else is a finding. */
function outcome(bytes: Buffer): string {
  disk.files.set("/a", bytes);
  try {
    return contentOf(DictDB.loadSync("/a")) === whole ? "whole" : "OTHER DATA";
  } catch (error) {
    if (!isDictDBError(error, "CORRUPT_FILE")) return String(error);
    return /found|must|has|wrong|twice/.test(error.message) ? error.code : `it does not say what is wrong: ${error.message}`;
  }
}

/** How often each outcome came; those that may not come, with where they did. */
function tally(): {
  readonly note: (what: string, where: () => string) => void;
  readonly counts: Record<string, number>;
  readonly findings: string[];
} {
  const counts: Record<string, number> = {};
  const findings: string[] = [];
  return {
    counts,
    findings,
    note(what, where) {
      counts[what] = (counts[what] ?? 0) + 1;
      if (what !== "whole" && what !== "CORRUPT_FILE") findings.push(`${what} ${where()}`);
    },
  };
}

describe("a damaged file loads to what was saved, or not at all", () => {
  const formats = ["msgpack", "json"] as const;
  const files = new Map<string, Buffer>();

  beforeAll(() => {
    putBack();
    for (const format of formats) {
      const path = join(tempFolder(), "a");
      small().saveSync(path, { format });
      files.set(format, readFileSync(path));
    }
    putBack = replaceDisk(disk);
  });

  it.each(formats)("with any single bit flipped: %s", (format) => {
    const bytes = files.get(format)!;
    const { note, counts, findings } = tally();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      note(outcome(damaged), () => `at bit ${bit}`);
    }
    expect(findings).toEqual([]);
    expect(counts.CORRUPT_FILE).toBeGreaterThan(bytes.length * 7);
    // A line end that becomes another space in front of the checksum, say, is no damage.
    expect(counts.whole ?? 0).toBeLessThanOrEqual(format === "json" ? 20 : 0);
  });

  it.each(formats)("cut off anywhere: %s", (format) => {
    const bytes = files.get(format)!;
    const { note, findings, counts } = tally();
    for (let length = 0; length < bytes.length; length++) note(outcome(bytes.subarray(0, length)), () => `at ${length}`);
    expect([findings, counts]).toEqual([[], { CORRUPT_FILE: counts.CORRUPT_FILE, ...(counts.whole !== undefined && { whole: 1 }) }]);
  });

  it.each(formats)(
    "changed at random: %s",
    (format) => {
      const bytes = files.get(format)!;
      const seed = Number(process.env.DICTDB_SEED ?? Date.now() % 2 ** 31);
      const random = randomFrom(seed);
      const { note, findings, counts } = tally();
      for (let round = 0; round < rounds / (format === "json" ? 1 : 4); round++)
        note(outcome(mutated(bytes, random)), () => `in round ${round}`);
      expect({ seed, findings }).toEqual({ seed, findings: [] });
      expect(counts.CORRUPT_FILE).toBeGreaterThan(100);
    },
    patience,
  );
});

/** One to three changes such as a disk, an editor or a hand makes. */
function mutated(bytes: Buffer, random: (below: number) => number): Buffer {
  let result = Buffer.from(bytes);
  const at = (): number => random(result.length + 1);
  for (let changes = random(3) + 1; changes > 0; changes--) {
    const [start, end] = [at(), at()].sort((a, b) => a - b) as [number, number];
    const [head, middle, tail] = [result.subarray(0, start), result.subarray(start, end), result.subarray(end)];
    switch (random(8)) {
      case 0:
        result = Buffer.concat([head, Buffer.from([random(256)]), result.subarray(start + 1)]);
        break;
      case 1:
        result = Buffer.concat([head, Buffer.from('{}[],:"\\01e-'[random(12)]!), result.subarray(start)]);
        break;
      case 2:
        result = Buffer.concat([head, result.subarray(start + 1 + random(8))]);
        break;
      case 3:
        result = Buffer.concat([head, middle, middle, tail]);
        break;
      case 4:
        result = Buffer.concat([tail, middle, head]);
        break;
      case 5:
        result = Buffer.from(head);
        break;
      case 6:
        result = Buffer.concat([head, Buffer.alloc(middle.length), tail]);
        break;
      default:
        result = Buffer.from(
          result.toString("latin1").replace(/\d/g, (digit) => (random(40) === 0 ? String(random(10)) : digit)),
          "latin1",
        );
    }
  }
  return result;
}

describe("a damaged chain of backups", () => {
  it.each(["json", "msgpack"] as const)(
    "is restored up to the damage, and says so: %s",
    async (format) => {
      putBack();
      const folder = tempFolder();
      const db = new DictDB();
      const table = db.createTable("t");
      const backup = new BackupManager(db, folder, { format });
      const states: string[] = [];
      for (const a of [1, "x"]) {
        table.insert({ a });
        await backup.backupNow();
        states.push(contentOf(db));
      }
      await db.close();
      const names = readdirSync(folder).sort();
      const files = new Map(names.map((name) => [`/b/${name}`, readFileSync(join(folder, name))]));
      putBack = replaceDisk(disk);
      const { note, findings, counts } = tally();
      for (const [path, bytes] of files) {
        // Where the last file is damaged the state before it is restored, and it is named; where the first one is, nothing can be.
        const isLast = path.endsWith(names.at(-1)!);
        // Every bit of the binary files; in text one bit of each byte, which are looked at the same way.
        for (let bit = 0; bit < bytes.length * 8; bit += format === "json" ? 9 : 1) {
          const damaged = Buffer.from(bytes);
          damaged[bit >> 3]! ^= 1 << (bit & 7);
          disk.files.clear();
          for (const [name, content] of files) disk.files.set(name, name === path ? damaged : content);
          note(await restored(states, names, isLast), () => `of ${path} at bit ${bit}`);
        }
      }
      expect(findings).toEqual([]);
      expect(counts.CORRUPT_FILE).toBeGreaterThan(500);
    },
    patience,
  );
});

async function restored(states: readonly string[], names: readonly string[], isLast: boolean): Promise<string> {
  try {
    const { db, skipped } = await BackupManager.restore("/b");
    const content = contentOf(db);
    if (skipped.length === 0) return content === states[1] ? "whole" : "OTHER DATA";
    const isRight = isLast && content === states[0] && skipped.length === 1 && skipped[0]!.file === names[1];
    return isRight ? "CORRUPT_FILE" : "OTHER DATA, or not what was skipped";
  } catch (error) {
    return isDictDBError(error, "CORRUPT_FILE") && !isLast ? error.code : String(error);
  }
}
