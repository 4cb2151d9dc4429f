import type { DictDB } from "../../../src/index.js";

/** Empties the table and saves, or exports it. */
export async function clearAndWrite(db: DictDB, verb: "save" | "saveSync" | "exportCsv", path: string): Promise<number> {
  const table = db.getTable("t");
  table.clear();
  if (verb === "exportCsv") await table.exportCsv(path);
  else await db[verb](path);
  return db.seq;
}

/** Adds records one at a time and saves after each; answers how many there were in the end. */
export async function addAndSave(db: DictDB, path: string, count: number): Promise<number> {
  const table = db.getTable("t");
  for (let i = 0; i < count; i++) {
    table.insert({ n: i });
    await db.save(path);
  }
  return table.size;
}

/** Saves, and says what came of it. */
export async function trySave(db: DictDB, path: string): Promise<string> {
  try {
    await db.save(path);
    return "saved";
  } catch (error) {
    return (error as { code: string }).code;
  }
}
