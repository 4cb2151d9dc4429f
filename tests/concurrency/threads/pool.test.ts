import { expect, it } from "@jest/globals";
import { Piscina } from "piscina";
import { DictDB } from "../../../src/index.js";

it("the threads of a pool share a database", async () => {
  await using db = new DictDB();
  const seats = db.createTable<{ id: number; takenBy: number | null; byThread: number }>("seats");
  seats.createIndex("takenBy");
  seats.insert(Array.from({ length: 100 }, () => ({ takenBy: null, byThread: 0 })));
  const pool = new Piscina({
    filename: new URL("./pool-task.js", import.meta.url).href,
    workerData: db.share(),
    minThreads: 3,
    maxThreads: 3,
  });
  try {
    const taken = await Promise.all(Array.from({ length: 150 }, (_, i) => pool.run(i, { name: "takeSeat" }) as Promise<number | null>));
    const given = taken.filter((seat) => seat !== null);
    expect(given.toSorted((a, b) => a - b)).toEqual(seats.all().map(({ id }) => id));
    expect(taken.filter((seat, passenger) => seat !== null && seats.get(seat)?.takenBy !== passenger)).toEqual([]);
    expect(seats.all().filter(({ byThread }) => byThread === 0)).toEqual([]);
    expect(await pool.run(undefined, { name: "taken" })).toBe(100);
    expect(db.stats().threads).toBeGreaterThan(1);
  } finally {
    await pool.destroy();
  }
  seats.update({ takenBy: null }, 1); // whoever was in the pool holds nothing
  expect(db.stats().threads).toBe(1);
}, 60_000);
