import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { BackupManager, DictDB } from "../../../src/index.js";
import { checkAll, contentOf } from "../../support/database-content.js";
import { projectFolder } from "../../support/installed-package.js";
import { versionOne } from "../../support/version-1.js";

const fixtures = join(projectFolder, "tests/fixtures/version-1");

// These files were written when their formats were made and are never written again: what comes later must load them.
describe("a file of the first format", () => {
  it.each(["saved.json", "saved.msgpack"])("loads: %s", async (name) => {
    const db = await DictDB.load(join(fixtures, name));
    expect(contentOf(db)).toBe(contentOf(versionOne()));
    checkAll(db);
  });

  it.each(["backups-json", "backups-msgpack"])("and a folder of them is restored: %s", async (name) => {
    const { db, skipped, files } = await BackupManager.restore(join(fixtures, name));
    const expected = versionOne();
    // The table was dropped and made again on the way.
    const values = expected.getTable("values");
    values.delete("b");
    values.insert(versionOne().getTable("values").get("b")!);
    expect(contentOf(db)).toBe(contentOf(expected));
    expect([skipped, files.length]).toEqual([[], 3]);
    checkAll(db);
  });
});
