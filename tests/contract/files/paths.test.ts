import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "@jest/globals";
import { BackupManager, DictDB } from "../../../src/index.js";
import { nodeDisk, replaceDisk } from "../../../src/storage/disk.js";
import type { Disk, DiskCall } from "../../../src/storage/disk.js";
import { contentOf } from "../../support/database-content.js";
import { rejection } from "../../support/rejection.js";
import { tempFolder } from "../../support/temp-folder.js";

interface Item {
  id: number;
  n: number;
}

let putBack = (): void => undefined;
const home = process.cwd();
afterEach(() => {
  putBack();
  process.chdir(home);
});

function filled(count: number): DictDB {
  const db = new DictDB();
  db.createTable<Item>("t").insert(Array.from({ length: count }, () => ({ n: 1 })));
  return db;
}

/** Every way to write a file, all of them asynchronous here. */
const verbs: readonly (readonly [string, string, (db: DictDB, path: string | URL, inPlace?: boolean) => Promise<unknown>])[] = [
  ["save as JSON", "a.json", (db, path, inPlace = false) => db.save(path, { inPlace })],
  ["save as msgpack", "a.msgpack", (db, path, inPlace = false) => db.save(path, { format: "msgpack", inPlace })],
  ["saveSync", "a.json", async (db, path, inPlace = false) => db.saveSync(path, { inPlace })],
  ["exportCsv", "a.csv", (db, path, inPlace = false) => db.getTable("t").exportCsv(path, { inPlace })],
];

/** What a file says of how many records it has. */
async function countIn(path: string): Promise<number> {
  const db = path.endsWith(".csv") ? new DictDB() : DictDB.loadSync(path);
  return path.endsWith(".csv") ? db.importCsv(path, "t") : db.getTable("t").size;
}

/** A folder that can be reached as `real`, `link` and by `deep/up/..`, where `up` is a link to a folder of it. */
function maze(): string {
  const root = tempFolder();
  mkdirSync(join(root, "real/inner"), { recursive: true });
  mkdirSync(join(root, "deep"));
  symlinkSync("real", join(root, "link"));
  symlinkSync("../real/inner", join(root, "deep/up"));
  return root;
}

describe.each(verbs)("%s", (_verb, name, write) => {
  it.each([
    ["a link to the file", (root: string) => `${root}/file-link`],
    ["a link to the folder", (root: string) => `${root}/link/${name}`],
    ["dots behind a link", (root: string) => `${root}/deep/up/../${name}`],
    ["slashes and dots", (root: string) => `${root}//real/./inner//../${name}`],
    ["a URL", (root: string) => pathToFileURL(join(root, "link", name))],
  ])("never puts an older state over a newer one by %s", async (_what, spell) => {
    for (const swapped of [false, true]) {
      for (const exists of [false, true]) {
        const root = maze();
        const plain = join(root, "real", name);
        symlinkSync(`real/${name}`, join(root, "file-link"));
        if (exists) writeFileSync(plain, "");
        const paths = [spell(root), plain];
        if (swapped) paths.reverse();
        const db = filled(3_000);
        const older = write(db, paths[0]!);
        db.getTable("t").delete(1);
        await Promise.all([older, write(db, paths[1]!)]);
        expect(await countIn(plain)).toBe(2_999);
        expect([readdirSync(join(root, "real")).sort(), readdirSync(join(root, "deep"))]).toEqual([[name, "inner"].sort(), ["up"]]);
        expect(lstatSync(join(root, "file-link")).isSymbolicLink()).toBe(true);
      }
    }
  });

  it("makes what a link to nothing points to, through other links", async () => {
    const root = maze();
    symlinkSync(join(root, "link", name), join(root, "second"));
    symlinkSync("second", join(root, "first"));
    await write(filled(2), join(root, "first"));
    expect(await countIn(join(root, "real", name))).toBe(2);
    expect(["first", "second"].map((link) => lstatSync(join(root, link)).isSymbolicLink())).toEqual([true, true]);
  });

  it("refuses a link that leads to itself", async () => {
    const path = join(tempFolder(), "circle");
    symlinkSync("circle", path);
    expect(await rejection(write(filled(1), path))).toMatchObject({ code: "ELOOP" });
  });

  it("refuses what only a folder can be", async () => {
    const root = maze();
    writeFileSync(join(root, "file"), "old");
    symlinkSync("none/", join(root, "to-folder"));
    const codes: unknown[] = [];
    for (const path of ["none/", "none/.", "real", "real/", "real/..", "link", "to-folder", "file/", "no/file"]) {
      codes.push(((await rejection(write(filled(1), `${root}/${path}`))) as { code: unknown }).code);
    }
    expect(codes).toEqual(["EISDIR", "EISDIR", "EISDIR", "EISDIR", "EISDIR", "EISDIR", "EISDIR", "ENOTDIR", "ENOENT"]);
    expect([readdirSync(root).sort(), readFileSync(join(root, "file"), "utf8")]).toEqual([
      ["deep", "file", "link", "real", "to-folder"],
      "old",
    ]);
  });

  it("goes where the path pointed at the call", async () => {
    const root = maze();
    process.chdir(join(root, "real"));
    const done = write(filled(1), `./${name}`);
    process.chdir(join(root, "deep"));
    await done;
    expect([existsSync(join(root, "real", name)), existsSync(join(root, "deep", name))]).toEqual([true, false]);
  });
});

describe("a path", () => {
  it("is that of the call for whatever reads, too", async () => {
    const root = maze();
    const db = filled(2);
    await db.save(join(root, "real/a.json"));
    await db.getTable("t").exportCsv(join(root, "real/a.csv"));
    const backup = new BackupManager(db, join(root, "real/b"));
    await backup.backupNow();
    await backup.stop();
    process.chdir(join(root, "real"));
    const work = [
      DictDB.load("a.json"),
      new DictDB().importCsv("a.csv", "t"),
      BackupManager.restore("b"),
      BackupManager.verify("./b/"),
      DictDB.load("none.json", { createIfMissing: true }),
    ] as const;
    process.chdir("/");
    const [loaded, count, restored, { intact }, fresh] = await Promise.all(work);
    expect([contentOf(loaded), count, contentOf(restored.db), intact]).toEqual([contentOf(db), 2, contentOf(db), true]);
    writeFileSync(join(root, "real/none.json"), "");
    expect(await rejection(fresh.save(join(root, "real/none.json")))).toMatchObject({ code: "FILE_CHANGED" });
  });

  it("of a folder means what opening it means", async () => {
    const root = maze();
    const backup = new BackupManager(filled(1), `${root}/deep/up/../b`);
    await backup.backupNow();
    await backup.stop();
    expect(backup.directory).toBe(join(root, "real/b"));
    expect((await BackupManager.verify(`${root}/deep/up/../b`)).files).toHaveLength(1);
  });
});

/** A disk that does not tell names apart by case: each name is made small, but listed as it was first written. */
class CaselessDisk implements Disk {
  readonly #root: string;
  readonly #shown: string;

  constructor(root: string, shown: string) {
    this.#root = root;
    this.#shown = shown;
  }

  doSync(call: DiskCall): unknown {
    return this.#shownIn(nodeDisk.doSync(this.#small(call)));
  }

  async do(call: DiskCall): Promise<unknown> {
    return this.#shownIn(await nodeDisk.do(this.#small(call)));
  }

  #small([operation, ...args]: DiskCall): DiskCall {
    const small = (text: string): string => this.#root + text.slice(this.#root.length).toLowerCase();
    return [operation, ...args.map((arg) => (typeof arg === "string" && arg.startsWith(this.#root) ? small(arg) : arg))];
  }

  #shownIn(result: unknown): unknown {
    return Array.isArray(result) ? result.map((name: string) => (name === this.#shown.toLowerCase() ? this.#shown : name)) : result;
  }
}

it.each([
  ["Data.json", "Data.json", "DATA.JSON"],
  ["Data.json", "data.JSON", "daTa.json"],
])("one file by two cases of its name (listed as %s) is one: %s, %s", async (shown, first, last) => {
  for (const exists of [false, true]) {
    const root = tempFolder();
    putBack = replaceDisk(new CaselessDisk(root, shown));
    if (exists) writeFileSync(join(root, shown.toLowerCase()), "");
    const db = filled(3_000);
    const older = db.save(join(root, first));
    db.getTable("t").clear();
    await Promise.all([older, db.save(join(root, last))]);
    expect(DictDB.loadSync(join(root, first)).getTable("t").size).toBe(0);
    writeFileSync(join(root, shown.toLowerCase()), "other");
    expect(() => db.saveSync(join(root, last))).toThrow("somebody else");
    putBack();
  }
});

it("two files that differ in case alone are two", async () => {
  const root = tempFolder();
  const db = filled(3_000);
  const older = db.save(join(root, "a.json"));
  db.getTable("t").clear();
  await Promise.all([older, db.save(join(root, "A.json"))]);
  expect(await countIn(join(root, "a.json"))).toBe(readdirSync(root).length === 2 ? 3_000 : 0);
});

describe.each(verbs)("pipes and devices: %s", (_verb, name, write) => {
  it("writes into a pipe that somebody reads", async () => {
    const pipe = join(tempFolder(), `pipe-${name}`);
    execFileSync("mkfifo", [pipe]);
    const file = join(tempFolder(), name);
    const db = filled(20_000); // more than a pipe holds
    // As long as this is open, the pipe has a reader and a writer, whenever the other process comes to it.
    const both = openSync(pipe, "r+");
    const reader = spawn("bash", ["-c", 'exec cat <"$1" >"$2"', "bash", pipe, file]);
    const end = once(reader, "close");
    await write(db, pipe);
    closeSync(both);
    await end;
    expect([await countIn(file), lstatSync(pipe).isFIFO()]).toEqual([20_000, true]);
  });

  it("refuses a pipe that nobody reads, and sockets", async () => {
    const pipe = join(tempFolder(), `pipe-${name}`);
    execFileSync("mkfifo", [pipe]);
    expect(await rejection(write(filled(1), pipe))).toMatchObject({ code: "ENXIO", path: pipe });
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it("writes into what /dev/stdout is, and into devices", async () => {
    await write(filled(1), "/dev/null");
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
    expect(await rejection(write(filled(1), "/dev/full"))).toMatchObject({ code: "ENOSPC" });
  });
});

it.each(["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])("a program can save to %s, whatever that is", (path) => {
  const library = new URL("../../../src/index.js", import.meta.url).href;
  const code = `import { DictDB } from ${JSON.stringify(library)}; console.log("head"); const db = new DictDB(); db.createTable("t").insert({ n: 1 });
    await db.getTable("t").exportCsv(process.argv[1]); db.getTable("t").insert({ n: 2 }); await db.getTable("t").exportCsv(process.argv[1]); console.log("end");`;
  const run = [process.execPath, "--input-type=module", "-e", code, path] as const;
  const text = "head\nid,n\r\n1,1\r\nid,n\r\n1,1\r\n2,2\r\nend\n";
  // A socket; a pipe; a file.
  expect(execFileSync(run[0], run.slice(1), { encoding: "utf8" })).toBe(text);
  expect(execFileSync("bash", ["-c", '"$@" | cat', "bash", ...run], { encoding: "utf8" })).toBe(text);
  const file = join(tempFolder(), "out");
  execFileSync("bash", ["-c", 'out=$1; shift; "$@" > "$out"', "bash", file, ...run]);
  expect(readFileSync(file, "utf8")).toBe(text);
});

describe("a file that somebody else has changed", () => {
  const changes: readonly (readonly [string, (file: string) => void])[] = [
    ["replaced", (file) => filled(5).saveSync(file)],
    ["written to", (file) => writeFileSync(file, "other")],
    ["made again", (file) => (rmSync(file), writeFileSync(file, readFileSync(import.meta.filename)))],
    ["touched", (file) => utimesSync(file, 1, 1)],
  ];

  it.each(changes)("is not replaced by a database that knows it: %s", async (_what, change) => {
    for (const format of ["json", "msgpack"] as const) {
      const file = join(tempFolder(), "a.json");
      const saved = filled(1);
      await saved.save(file, { format });
      const dbs = [saved, await DictDB.load(file), DictDB.loadSync(file)];
      change(file);
      const found = readFileSync(file);
      for (const db of dbs) {
        expect(await rejection(db.save(file, { format }))).toMatchObject({ code: "FILE_CHANGED", details: { path: file } });
        expect(() => db.saveSync(file)).toThrow("saveSync(): ");
      }
      expect([readFileSync(file).equals(found), readdirSync(join(file, ".."))]).toEqual([true, ["a.json"]]);
      for (const db of dbs) {
        await db.save(file, { overwrite: true });
        await db.save(file);
      }
    }
  });

  it("is one that was made where there was none", async () => {
    const file = join(tempFolder(), "a.json");
    const [first, second] = [await DictDB.load(file, { createIfMissing: true }), DictDB.loadSync(file, { createIfMissing: true })];
    await first.save(file);
    await first.save(file);
    expect(await rejection(second.save(file))).toMatchObject({ code: "FILE_CHANGED" });
  });

  it("is known by every path that leads to it", async () => {
    const root = maze();
    const db = filled(1);
    await db.save(join(root, "link/a.json"));
    writeFileSync(join(root, "real/a.json"), "other");
    expect(await rejection(db.save(`${root}/deep/up/../a.json`))).toMatchObject({ code: "FILE_CHANGED" });
  });

  it("is replaced where this database never looked at it, or it is gone", async () => {
    const file = join(tempFolder(), "a.json");
    writeFileSync(file, "other");
    const db = filled(1);
    await db.save(file);
    rmSync(file);
    await db.save(file);
    expect(await countIn(file)).toBe(1);
  });

  it("is still known when the database is shared", async () => {
    const file = join(tempFolder(), "a.json");
    const db = filled(1);
    await db.save(file);
    db.share();
    await db.save(file);
    writeFileSync(file, "other");
    expect(await rejection(db.save(file))).toMatchObject({ code: "FILE_CHANGED" });
    await db.close();
  });
});
