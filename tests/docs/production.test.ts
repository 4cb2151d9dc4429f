import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { tempFolder } from "../support/temp-folder.js";
import { ShopKills } from "./shop-kills.js";
import { buildShops } from "./shop.js";
import type { Mistake } from "./shop.js";

const answersFirst: Mistake = { instead: "await manager.backupNow(); // before anybody hears of it", written: "" };
const startsEmpty: Mistake = {
  instead: "await BackupManager.open(folder, {",
  written: `await (async (directory: string, options: import("dictdb").OpenBackupsOptions): Promise<import("dictdb").OpenedBackups> => {
    const { DictDB } = await import("dictdb");
    const { lockTimeoutMs, ...backupOptions } = options;
    const db = new DictDB({ lockTimeoutMs });
    return { db, manager: new BackupManager(db, directory, backupOptions), restored: undefined };
  })(folder, {`,
};
const takesTwice: Mistake = {
  instead: "if (orders.get(id) !== undefined) return true;",
  written: 'if (orders.get(id) !== undefined) id += "-again";',
};

const seed = Number(process.env.DICTDB_SEED ?? Date.now() % 2 ** 31);
let scripts: string[];

beforeAll(async () => {
  scripts = await buildShops("production", [answersFirst, startsEmpty, takesTwice]);
}, 60_000);

// Many more rounds are in production.long.test.ts.
describe("the shop of the page about production", () => {
  it("has every order that it had confirmed, once, whenever it is killed", async () => {
    const kills = new ShopKills(scripts[0]!, join(tempFolder(), "backups"), seed);
    expect({ seed, findings: await kills.run(5) }).toEqual({ seed, findings: [] });
    expect(kills.confirmed.size).toBeGreaterThan(0);
  }, 60_000);

  it.each([
    ["it answers before the backup", 1, /there is no backup, and \d+ orders were confirmed/],
    ["it starts empty", 2, /was confirmed, and is lost/],
    ["it takes an order twice that is sent twice", 3, /nobody has ordered \d as order-\d+-again/],
  ])(
    "would be found out if %s",
    async (_what, shop, finding) => {
      const kills = new ShopKills(scripts[shop]!, join(tempFolder(), "backups"), 1);
      expect(await kills.run(10)).toContainEqual(expect.stringMatching(finding));
    },
    60_000,
  );
});
