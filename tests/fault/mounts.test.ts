import { execFileSync } from "node:child_process";
import { existsSync, fstatSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { BackupManager, DictDB } from "../../src/index.js";
import { nodeDisk, replaceDisk } from "../../src/storage/disk.js";
import type { Disk, DiskCall } from "../../src/storage/disk.js";
import { tempFolder } from "../support/temp-folder.js";

const library = new URL("../../src/index.js", import.meta.url).href;

/** Runs a program in a mount namespace of its own, after lines for the shell in which `$1` is a folder; answers what it prints. */
function inMounts(lines: string, program: string): unknown {
  const code = `import { DictDB } from ${JSON.stringify(library)}; import * as fs from "node:fs";
    const root = process.argv[1]; const db = new DictDB(); const table = db.createTable("t"); table.insert(Array.from({ length: 5000 }, (_, n) => ({ n })));
    const codeOf = async (run) => { try { await run(); return "done"; } catch (error) { return error.code + (/inPlace/.test(error.message) ? " inPlace" : ""); } };
    ${program}`;
  const script = `${lines}\nexec "$2" --input-type=module -e "$3" "$1"`;
  const out = execFileSync("unshare", ["-m", "bash", "-ec", script, "bash", tempFolder(), process.execPath, code], { encoding: "utf8" });
  return JSON.parse(out);
}

function canMount(): boolean {
  try {
    execFileSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return process.platform === "linux";
  } catch {
    return false;
  }
}

/** Each way to write `a.json`. */
const verbs = `const verbs = [(o) => db.save(root + "/a.json", o), (o) => db.save(root + "/a.json", { format: "msgpack", ...o }),
  async (o) => db.saveSync(root + "/a.json", o), (o) => table.exportCsv(root + "/a.json", o)];
  const leftovers = () => fs.readdirSync(root).filter((name) => name.endsWith(".tmp"));
  const out = [];`;

describe.each(canMount() ? ["mounts"] : [])("real %s", () => {
  it.each([
    ["mounted by itself", "EBUSY inPlace", 'echo old >"$1/host"; echo old >"$1/a.json"; mount --bind "$1/host" "$1/a.json"'],
    [
      "mounted by itself in a folder that takes no file",
      "EROFS inPlace",
      'mkdir "$1/ro"; echo old >"$1/host"; echo old >"$1/ro/a.json"; mount --bind "$1/ro" "$1/ro"; mount -o remount,bind,ro "$1/ro"; mount --bind "$1/host" "$1/ro/a.json"; set -- "$1/ro" "$2" "$3"',
    ],
  ])("a file that is %s is written to when asked, else the error says how", (_what, code, lines) => {
    const found = inMounts(
      lines,
      `${verbs} for (const verb of verbs) {
         await db.save(root + "/a.json", { inPlace: true, overwrite: true });
         const before = fs.readFileSync(root + "/a.json", "utf8");
         out.push([await codeOf(() => verb({})), fs.readFileSync(root + "/a.json", "utf8") === before]);
         table.delete({ where: table.fields.id.gt(100) });
         out.push(await codeOf(() => verb({ inPlace: true })));
         out.push(verb === verbs[3] ? fs.readFileSync(root + "/a.json", "utf8").length : DictDB.loadSync(root + "/a.json").getTable("t").size);
         table.insert(Array.from({ length: 5000 }, (_, n) => ({ n })));
       }
       fs.writeFileSync(root + "/a.json", "other");
       out.push(await codeOf(() => db.save(root + "/a.json", { inPlace: true })), leftovers());
       console.log(JSON.stringify(out));`,
    );
    const refused = [code, true];
    const csv = `id,n\r\n${Array.from({ length: 100 }, (_, i) => `${i + 1},${i}\r\n`).join("")}`.length;
    expect(found).toEqual([refused, "done", 100, refused, "done", 100, refused, "done", 100, refused, "done", csv, "FILE_CHANGED", []]);
  });

  it("an older state does not come over a newer one through a folder that is mounted twice", () => {
    const found = inMounts(
      'mkdir "$1/one" "$1/two"; mount --bind "$1/one" "$1/two"',
      `const out = []; for (const verb of [(p) => db.save(p), (p) => db.save(p + "k", { format: "msgpack" }), (p) => table.exportCsv(p + ".csv")]) {
         for (const [first, last] of [["one", "two"], ["two", "one"]]) {
           table.insert(Array.from({ length: 5000 }, (_, n) => ({ n })));
           const older = verb(root + "/" + first + "/a"); table.clear(); await Promise.all([older, verb(root + "/" + last + "/a")]);
         }
       }
       out.push(DictDB.loadSync(root + "/one/a").getTable("t").size, DictDB.loadSync(root + "/one/ak").getTable("t").size, fs.readFileSync(root + "/one/a.csv", "utf8"));
       fs.writeFileSync(root + "/two/a", "other"); out.push(await codeOf(() => db.save(root + "/one/a")));
       console.log(JSON.stringify(out));`,
    );
    expect(found).toEqual([0, 0, "id,n\r\n", "FILE_CHANGED"]);
  });

  it("a folder that is mounted over another is another", () => {
    const found = inMounts(
      'mkdir "$1/one" "$1/two"',
      `const { execFileSync } = await import("node:child_process");
       await db.save(root + "/one/a"); new DictDB().saveSync(root + "/two/a");
       execFileSync("mount", ["--bind", root + "/two", root + "/one"]);
       const first = await codeOf(() => db.save(root + "/one/a")); fs.rmSync(root + "/one/a");
       console.log(JSON.stringify([first, await codeOf(() => db.save(root + "/one/a")), DictDB.loadSync(root + "/two/a").getTable("t").size]));`,
    );
    expect(found).toEqual(["FILE_CHANGED", "done", 5_000]);
  });
});

/** A disk that refuses to sync folders. */
class UnsyncedDisk implements Disk {
  readonly #code: string;
  readonly #operation: string;

  constructor(operation: string, code: string) {
    this.#operation = operation;
    this.#code = code;
  }

  doSync(call: DiskCall): unknown {
    this.#check(call);
    return nodeDisk.doSync(call);
  }

  async do(call: DiskCall): Promise<unknown> {
    this.#check(call);
    return nodeDisk.do(call);
  }

  #check([operation, subject]: DiskCall): void {
    if (operation !== this.#operation) return;
    const stats = operation === "open" ? statSync(subject as string, { throwIfNoEntry: false }) : fstatSync(subject as number);
    if (stats?.isDirectory() === true) throw Object.assign(new Error(`${this.#code}: made to fail`), { code: this.#code });
  }
}

describe.each([
  ["fsync", "EINVAL"],
  ["fsync", "ENOTSUP"],
  ["fsync", "EPERM"],
  ["fsync", "ENOSYS"],
  ["fsync", "EBADF"],
  ["open", "EACCES"],
  ["open", "EISDIR"],
])("a folder whose %s says %s", (operation, code) => {
  it("has the file, and says once that it cannot be synced", async () => {
    const folder = tempFolder();
    const db = new DictDB();
    db.createTable("t").insert({ n: 1 });
    const told: unknown[] = [];
    db.on("error", (error) => void told.push(error));
    const putBack = replaceDisk(new UnsyncedDisk(operation, code));
    try {
      await db.save(join(folder, "a.json"));
      db.saveSync(join(folder, "a.msgpack"));
      await db.getTable("t").exportCsv(join(folder, "a.csv"));
      expect(told).toMatchObject([{ code, path: folder }]);
      const backup = new BackupManager(db, join(folder, "new/b"));
      const { path } = await backup.backupNow();
      await backup.backupFull();
      expect(existsSync(path)).toBe(true);
      // One for each folder in which something was made: this one is known already.
      expect(told).toMatchObject([{ path: folder }, { path: join(folder, "new") }, { path: join(folder, "new/b") }]);
      await backup.stop();
    } finally {
      putBack();
    }
    expect(readFileSync(join(folder, "a.csv"), "utf8")).toBe("id,n\r\n1,1\r\n");
  });
});

it("a folder whose sync says that the disk is broken fails the save, and says that the file is in place", async () => {
  const file = join(tempFolder(), "a.json");
  const putBack = replaceDisk(new UnsyncedDisk("fsync", "EIO"));
  const error: unknown = await new DictDB().save(file).catch((reason: unknown) => reason);
  putBack();
  expect(error).toMatchObject({ code: "EIO", message: expect.stringContaining("the file is in place") });
});
