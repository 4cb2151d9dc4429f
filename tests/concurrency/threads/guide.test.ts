import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";
import { TestThread } from "../../support/test-thread.js";
import type * as Tasks from "./guide-tasks.js";
import type { Entry, Product, Session, User, WebEvent } from "./guide-tasks.js";

const minute = 60_000;

describe("threads that share a database", () => {
  let crew: TestThread<typeof Tasks>[];

  beforeAll(() => {
    crew = Array.from({ length: 10 }, () => new TestThread(new URL("./guide-tasks.js", import.meta.url)));
  });

  afterAll(async () => {
    await Promise.all(crew.map((thread) => thread.end()));
  }, minute);

  it(
    "read one table, all ten at the same time",
    async () => {
      await using db = new DictDB();
      const users = db.createTable<User>("users");
      users.insert(Array.from({ length: 1_000 }, (_, i) => ({ name: `User ${i}` })));
      const handle = db.share();
      const { word } = new Meeting();
      const found = await Promise.all(crew.map((thread) => thread.run(handle, "readTogether", word, crew.length)));
      expect(found).toEqual(crew.map(() => 111)); // User 1, 10 to 19, 100 to 199
    },
    minute,
  );

  it(
    "mix five writers and five readers",
    async () => {
      await using db = new DictDB();
      const entries = db.createTable<Entry>("entries");
      entries.createIndex("account");
      const handle = db.share();
      const pairs = 100;
      const { word } = new Meeting();
      const [written, seen] = await Promise.all([
        Promise.all(crew.slice(0, 5).map((thread) => thread.run(handle, "writePairs", pairs, word, crew.length))),
        Promise.all(crew.slice(5).map((thread) => thread.run(handle, "countUntil", 5 * 2 * pairs, word, crew.length))),
      ]);
      const keys = written.flat();
      expect(keys.toSorted((a, b) => a - b)).toEqual(entries.all().map(({ id }) => id));
      expect(new Set(keys).size).toBe(5 * 2 * pairs);
      for (const { counts, sums } of seen) {
        expect(counts).toEqual(counts.toSorted((a, b) => a - b));
        expect(counts.filter((count) => count % 2 === 1)).toEqual([]); // a pair is seen whole or not at all
        expect(sums).toEqual([]);
      }
      entries.check();
    },
    minute,
  );

  it(
    "work on two tables without waiting for each other",
    async () => {
      await using db = new DictDB();
      db.createTable<User>("users").insert({ name: "Ada" });
      const products = db.createTable<Product>("products");
      products.insert({ stock: 0, by: 0 });
      const handle = db.share();
      const [holder, writer] = crew as [TestThread<typeof Tasks>, TestThread<typeof Tasks>];
      const [entered, leave, start] = [new Meeting(), new Meeting(), new Meeting()];
      const section = holder.run(handle, "holdSection", "users", "write", entered.word, leave.word);
      await entered.whenHere(1);
      start.arrive();
      await writer.run(handle, "countUp", "products", 1, 500, start.word); // it would wait for ever
      expect(products.get(1)).toMatchObject({ stock: 500, by: writer.threadId });
      leave.arrive();
      expect(await section).toMatchObject({ sizes: [1, 1] });
    },
    minute,
  );

  it(
    "write to two tables at once, and to one in turns",
    async () => {
      await using db = new DictDB();
      for (const name of ["left", "right"]) db.createTable<Product>(name).insert({ stock: 0, by: 0 });
      const handle = db.share();
      const [a, b] = crew as [TestThread<typeof Tasks>, TestThread<typeof Tasks>];
      for (const tables of [
        ["left", "right"],
        ["left", "left"],
      ] as const) {
        const { word } = new Meeting();
        await Promise.all([a.run(handle, "countUp", tables[0], 1, 300, word), b.run(handle, "countUp", tables[1], 1, 300, word)]);
      }
      expect(["left", "right"].map((name) => db.getTable<Product>(name).get(1)?.stock)).toEqual([900, 300]);
    },
    minute,
  );

  it(
    "wait with writing until a long read section of another thread has ended",
    async () => {
      await using db = new DictDB();
      const users = db.createTable<User>("users");
      users.insert({ name: "Ada" });
      const handle = db.share();
      const [reader, writer] = crew as [TestThread<typeof Tasks>, TestThread<typeof Tasks>];
      const [entered, leave, announced] = [new Meeting(), new Meeting(), new Meeting()];
      const section = reader.run(handle, "holdSection", "users", "read", entered.word, leave.word);
      await entered.whenHere(1);
      const written = writer.run(handle, "announceAndInsert", "users", announced.word);
      await announced.whenHere(1);
      // Readers let a waiting writer go first, so this tells that it waits.
      while (isReadable(users)) await new Promise(setImmediate);
      expect(users.size).toBe(1);
      leave.arrive();
      const { sizes, seq } = await section;
      expect(sizes).toEqual([1, 1]);
      expect(await written).toBeGreaterThan(seq);
      expect(users.size).toBe(2);
    },
    minute,
  );

  it(
    "serve a web application: sessions, events, cleanup and background work",
    async () => {
      await using db = new DictDB();
      const sessions = db.createTable<Session, "token">("sessions", { primaryKey: "token" });
      const events = db.createTable<WebEvent>("events");
      sessions.createIndex("user");
      sessions.createIndex("lastActive", { type: "sorted" });
      events.createIndex("session");
      const handle = db.share();
      const clock = new Int32Array(new SharedArrayBuffer(4));
      const stop = new Meeting();
      const [cleaner, auditor] = crew as [TestThread<typeof Tasks>, TestThread<typeof Tasks>];
      const web = crew.slice(2, 5);
      const background = Promise.all([cleaner.run(handle, "cleanUp", clock, stop.word), auditor.run(handle, "audit", stop.word)]);
      const requests = await Promise.all(web.map((thread) => thread.run(handle, "serve", 300, 100, clock)));
      stop.arrive();
      const [removed, { snapshots, faults }] = await background;
      expect(faults).toEqual([]);
      expect(snapshots).toBeGreaterThan(0);
      expect(removed).toBeGreaterThan(0);
      expect(events.size + removed).toBe(requests.reduce((total, served) => total + served, 0));
      for (const { token, requests: served } of sessions.all()) expect(events.count({ session: token })).toBe(served);
      sessions.check();
      events.check();
    },
    minute,
  );
});

function isReadable(table: { lock: { tryRead(): (() => void) | undefined } }): boolean {
  const release = table.lock.tryRead();
  release?.();
  return release !== undefined;
}
