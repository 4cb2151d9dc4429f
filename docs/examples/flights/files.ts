import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { DictDB } from "dictdb";
import type { Chapter, Context } from "./chapter.js";
import { withProgressAsync } from "./progress.js";
import { grouped, left, right } from "./report.js";
import type { Cell } from "./report.js";
import { timedAsync } from "./timing.js";

export const files: Chapter = {
  title: "Files",
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "dictdb-flights-"));
    try {
      const rows = [...(await savedAndLoaded(context, folder)), ...(await exportedAndImported(context, folder))];
      context.report.table([left(), right("written in"), right("size"), right("read in"), right("checksum")], rows);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** Saves the whole database in each format, and loads it again. */
async function savedAndLoaded({ db, checks }: Context, folder: string): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for (const format of ["json", "msgpack"] as const) {
    const path = join(folder, `flights.${format}`);
    const saving = (onProgress: (done: number) => void) => db.save(path, { onProgress: ({ done }) => onProgress(done) });
    const save = await timedAsync(() => withProgressAsync(`saving ${format}`, db.stats().records, saving));
    const load = await timedAsync(() => DictDB.load(path));
    await using loaded = load.result;
    const same = db.listTables().every((name) => checksum(loaded, name) === checksum(db, name));
    checks.that(`what was saved as ${format} is what is loaded`, same && loaded.listTables().join() === db.listTables().join());
    rows.push([`the database as ${format}`, ...figures(save.ms, await sizeOf(path), load.ms), checksum(loaded, "flights")]);
  }
  return rows;
}

/** Exports two tables as CSV, and imports them into another database. */
async function exportedAndImported({ db, flights, airports, checks }: Context, folder: string): Promise<Cell[][]> {
  await using other = new DictDB();
  const rows: Cell[][] = [];
  for (const table of [flights, airports]) {
    const { name, primaryKey, schema } = table;
    const path = join(folder, `${name}.csv`);
    const written = await timedAsync(() => table.exportCsv(path));
    const read = await timedAsync(() => other.importCsv(path, name, { primaryKey, schema }));
    checks.that(`the ${name} come back from CSV`, read.result === table.size && checksum(other, name) === checksum(db, name));
    rows.push([`${name} as CSV`, ...figures(written.ms, await sizeOf(path), read.ms), checksum(other, name)]);
  }
  return rows;
}

function figures(writeMs: number, bytes: number, readMs: number): Cell[] {
  return [`${grouped(writeMs)} ms`, `${grouped(bytes / 1e6, 1)} MB`, `${grouped(readMs)} ms`];
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}

/** Of every record of a table, whatever the order of their fields. */
function checksum(db: DictDB, name: string): string {
  const table = db.getTable(name);
  const columns = table.columns().sort();
  const text = JSON.stringify(table.select({ orderBy: table.primaryKey, copy: false }), columns);
  return crc32(text).toString(16).padStart(8, "0");
}
