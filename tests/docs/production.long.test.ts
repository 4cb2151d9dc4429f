import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { tempFolder } from "../support/temp-folder.js";
import { ShopKills } from "./shop-kills.js";
import { buildShops } from "./shop.js";

// Each service lives for about half a second; two are killed side by side.
it("the shop of the page about production has every order that it had confirmed, once, after sixty kills", async () => {
  const seed = Number(process.env.DICTDB_SEED ?? Date.now() % 2 ** 31);
  const [script] = await buildShops("production-long", []);
  const kills = [0, 1].map((i) => new ShopKills(script!, join(tempFolder(), "backups"), seed + i));
  const findings = await Promise.all(kills.map((one) => one.run(30)));
  expect({ seed, findings: findings.flat() }).toEqual({ seed, findings: [] });
  for (const { confirmed } of kills) expect(confirmed.size).toBeGreaterThan(100);
}, 240_000);
