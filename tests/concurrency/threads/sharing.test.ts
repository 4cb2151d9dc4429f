import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import type { Commit, DatabaseHandle } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";
import { rejection } from "../../support/rejection.js";
import { TestThread } from "../../support/test-thread.js";
import type * as Tasks from "./sharing-tasks.js";

const minute = 60_000;
const tasks = new URL("./sharing-tasks.js", import.meta.url);

/** A handle as another thread receives it. */
function posted(handle: DatabaseHandle): DatabaseHandle {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(handle);
  const { message } = receiveMessageOnPort(port2) as { message: DatabaseHandle };
  port1.close();
  return message;
}

describe("what is shared", () => {
  let a: TestThread<typeof Tasks>;
  let b: TestThread<typeof Tasks>;

  beforeAll(() => {
    a = new TestThread(tasks);
    b = new TestThread(tasks);
  });

  afterAll(async () => {
    await Promise.all([a.end(), b.end()]);
  }, minute);

  it("has the tables, indexes and descriptors that any thread made", async () => {
    await using db = new DictDB();
    const handle = db.share();
    expect(await rejection(a.run(handle, "describePeople"))).toMatchObject({ code: "TABLE_NOT_FOUND" });
    await b.run(handle, "makeCatalog");
    const expected = {
      schema: { id: "integer", name: "string", tags: "string[]?" },
      primaryKey: "id",
      index: "name",
      records: [
        { id: 1, name: "Ada", tags: ["a"] },
        { id: 2, name: "Grace" },
      ],
    };
    const [inA, inB] = await Promise.all([a.run(handle, "describePeople"), b.run(handle, "describePeople")]);
    expect(inA).toMatchObject(expected);
    expect(inA).toEqual(inB);
    expect(db.listTables()).toEqual(["people", "versioned"]);
    expect(db.getTable("people").indexes()).toEqual(inA.indexes);
    // Descriptors and unique indexes bind every thread.
    expect(await rejection(a.run(handle, "insertInto", "people", { name: 5 }))).toMatchObject({ code: "SCHEMA_VALIDATION" });
    expect(await rejection(a.run(handle, "insertInto", "people", { name: "Ada" }))).toMatchObject({ code: "UNIQUE_CONSTRAINT" });
    expect(await a.run(handle, "updateTwice", "versioned", 1)).toEqual({ id: 1, name: "first", by: a.threadId, version: 3 });
    db.dropTable("people");
    expect(await rejection(b.run(handle, "sizeOf", "people"))).toMatchObject({ code: "TABLE_NOT_FOUND" });
  });

  it("has no code: each thread that writes supplies the schema", async () => {
    await using db = new DictDB();
    const handle = db.share();
    await a.run(handle, "makeGuarded");
    const expected = { read: 36, without: "SCHEMA_MISSING", inAtomic: "SCHEMA_MISSING", supplied: 3, against: "SCHEMA_VALIDATION" };
    expect(await b.run(handle, "useGuarded")).toEqual(expected);
    expect(db.getTable("guarded").all()).toEqual([
      { id: 1, age: 36 },
      { id: 3, age: 45 },
    ]);
    expect(() => db.getTable("guarded").insert({ id: 4, age: 1 })).toThrow(
      expect.objectContaining({ code: "SCHEMA_MISSING", message: expect.stringContaining("supply it with getTable(name, { schema })") }),
    );
  });

  it("assigns each automatic key once", async () => {
    await using db = new DictDB();
    const items = db.createTable<{ id: number; by: number }>("items");
    const handle = db.share();
    const { word } = new Meeting();
    const taken = await Promise.all([a, b].map((thread) => thread.run(handle, "takeKeys", 60, word, 2)));
    const keys = taken.flat();
    expect(new Set(keys).size).toBe(2 * 60 * 5);
    expect(keys.toSorted((x, y) => x - y)).toEqual(items.all().map(({ id }) => id));
    for (const [i, thread] of [a, b].entries()) {
      expect(items.select({ where: { by: thread.threadId }, columns: ["id"] }).map(({ id }) => id)).toEqual(taken[i]);
    }
  });

  it("tells a thread that does nothing else of the commits of others", async () => {
    await using db = new DictDB();
    const items = db.createTable<{ id: number; by: string }>("items");
    const handle = db.share();
    const listening = new Meeting();
    const heard = a.run(handle, "listen", 4, listening.word);
    await listening.whenHere(1);
    const seq = db.seq;
    const own: Commit[] = [];
    db.on("commit", (commit) => own.push(commit));
    items.insert({ by: "main" });
    await b.run(handle, "insertInto", "items", { by: "b" });
    db.atomic(() => {
      items.update({ by: "main again" }, 1);
      items.delete(2);
    });
    db.createTable("more");
    const commits = await heard;
    expect(commits.map((commit) => [commit.seq, commit.origin])).toEqual([1, 2, 3, 4].map((n) => [seq + n, "remote"]));
    expect(commits.map(({ changes }) => changes)).toEqual([
      [{ type: "insert", table: "items", key: 1, after: { id: 1, by: "main" } }],
      [{ type: "insert", table: "items", key: 2, after: { id: 2, by: "b" } }],
      [
        { type: "update", table: "items", key: 1, before: { id: 1, by: "main" }, after: { id: 1, by: "main again" } },
        { type: "delete", table: "items", key: 2, before: { id: 2, by: "b" } },
      ],
      [{ type: "createTable", table: "more" }],
    ]);
    // The writer is told of the same, and of which it made itself.
    expect(own.map(({ changes }) => changes)).toEqual(commits.map(({ changes }) => changes));
    expect(own.map(({ origin }) => origin)).toEqual(["local", "remote", "local", "local"]);
  });

  it("is one object in each thread, however often that attaches", async () => {
    await using db = new DictDB();
    db.createTable("things").insert({ name: "pen" });
    const handle = db.share();
    expect(db.share({ logLimitBytes: 1_000 })).toBe(handle);
    expect(DictDB.attach(handle)).toBe(db);
    expect(DictDB.attach(posted(handle))).toBe(db);
    expect(await a.run(handle, "isTheSameAgain", handle)).toEqual([true, true, true]);
    expect(await a.run(posted(handle), "isTheSameAgain", posted(handle))).toEqual([true, true, true]);
  });

  it(
    "goes on to workers of workers",
    async () => {
      await using db = new DictDB();
      const things = db.createTable<{ id: number; by: number; isMainThread: boolean }>("things");
      const threadIds = await a.run(db.share(), "insertNested", "things", 2);
      expect(new Set([0, ...threadIds]).size).toBe(4);
      expect(things.all()).toEqual([{ id: 1, by: threadIds[2], isMainThread: false }]);
    },
    minute,
  );

  it("is given back by one thread without harm to the others", async () => {
    await using db = new DictDB();
    const things = db.createTable<{ id: number; by: string }>("things");
    things.insert({ by: "main" });
    const handle = db.share();
    await b.run(handle, "insertInto", "things", { by: "b" });
    expect(await a.run(handle, "comeBack", handle, "things")).toEqual({ closed: ["CLOSED", "CLOSED", "CLOSED"], isNew: true, size: 2 });
    await a.run(handle, "close");
    await b.run(handle, "insertInto", "things", { by: "b" });
    things.insert({ by: "main" });
    expect(await b.run(handle, "sizeOf", "things")).toBe(4);
    await db.close(); // its maker may leave as well
    await b.run(handle, "insertInto", "things", { by: "b" });
    expect(await a.run(handle, "sizeOf", "things")).toBe(5);
    const again = DictDB.attach(handle);
    expect(again.getTable("things").size).toBe(5);
    await again.close();
  });

  it("may come from any thread", async () => {
    await using home = new DictDB();
    const handle = await a.run(home.share(), "makeElsewhere", 3_000);
    await using db = DictDB.attach(handle);
    expect(db.getTable("things").size).toBe(3_000);
    db.getTable("things").insert({ name: "from main" });
    expect(await a.run(handle, "sizeOf", "things")).toBe(3_001);
    expect(await b.run(handle, "sizeOf", "things")).toBe(3_001);
  });

  it("tells a listener that is older than the sharing of other threads' commits while its thread is idle", async () => {
    await using db = new DictDB();
    db.createTable("t");
    const heard = new Promise<Commit>((resolve) => {
      db.on("commit", (commit) => {
        if (commit.origin === "remote") resolve(commit);
      });
    });
    await a.run(db.share(), "insertInto", "t", { n: 1 }); // this thread uses the database for nothing
    expect((await heard).changes).toEqual([{ type: "insert", table: "t", key: 1, after: { id: 1, n: 1 } }]);
  });

  it("takes no table that a thread makes for one that was dropped before it attached", async () => {
    await using db = new DictDB();
    db.createTable("a");
    const dropped = db.createTable<{ id: number; v: string }>("b");
    dropped.insert([{ v: "b 1" }, { v: "b 2" }]);
    const snapshot = db.snapshot();
    const reader = snapshot.getTable<{ id: number; v: string }>("b");
    db.dropTable(dropped);
    const handle = db.share();
    await a.run(handle, "makeTable", "x");
    await b.run(handle, "makeTable", "b");
    expect(db.listTables()).toEqual(["a", "b", "x"]);
    const before = [
      { id: 1, v: "b 1" },
      { id: 2, v: "b 2" },
    ];
    expect([reader.all(), snapshot.getTable("b").all()]).toEqual([before, before]);
    expect(() => dropped.size).toThrow(expect.objectContaining({ code: "TABLE_NOT_FOUND" }));
    expect(db.getTable("x").get(1)).toEqual({ id: 1, v: "x 1" });
  });

  it("has no locked rows of threads that have ended without a word", async () => {
    await using db = new DictDB();
    db.createTable("t").insert(Array.from({ length: 5 }, (_, i) => ({ n: i })));
    const handle = db.share();
    const dying = new TestThread<typeof Tasks>(tasks);
    expect(await dying.run(handle, "lockRows", "t", 3)).toBe(3);
    const tx = db.begin();
    await tx.getTable("t").selectForUpdate({ where: { n: 4 } });
    expect(db.stats().rowLocks).toBe(4);
    await dying.kill();
    expect(db.stats().rowLocks).toBe(1);
    expect(db.atomic(() => db.stats().rowLocks)).toBe(1);
    await tx.rollback();
    expect(db.stats().rowLocks).toBe(0);
  });
});

describe("attach()", () => {
  it("says of a bad handle what it should be", () => {
    const handle = new DictDB().share();
    const { control, segments, dictdb } = handle;
    const buffer = new SharedArrayBuffer(1_024);
    const bad: readonly unknown[] = [
      undefined,
      null,
      "handle",
      {},
      buffer,
      new DictDB(),
      JSON.parse(JSON.stringify(handle)),
      { control, segments },
      { dictdb, control },
      { dictdb, control: new ArrayBuffer(8), segments },
      { dictdb, control, segments: [segments[0]] },
      { dictdb, control, segments: [segments[0], new ArrayBuffer(8)] },
    ];
    for (const value of bad) {
      expect(() => DictDB.attach(value as DatabaseHandle)).toThrow(
        expect.objectContaining({
          code: "INVALID_ARGUMENT",
          message: expect.stringContaining(
            "attach(): handle must be what share() returned, or a copy of it that postMessage or workerData made",
          ),
        }),
      );
    }
  });

  it.each([
    ["of another layout", new SharedArrayBuffer(1_000_000)],
    ["too small for any", new SharedArrayBuffer(0)],
    ["of no whole number of words", new SharedArrayBuffer(7)],
  ])("refuses memory that is %s", (_what, control) => {
    const { segments, dictdb } = new DictDB().share();
    expect(() => DictDB.attach({ dictdb, control, segments })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringContaining("another version of DictDB") }),
    );
  });

  it("looks at its options before it takes a place", async () => {
    await using home = new DictDB();
    const handle = home.share();
    await home.close();
    expect(() => DictDB.attach(handle, { lockTimeoutMs: -1 })).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    await using db = DictDB.attach(handle);
    expect(db.stats().threads).toBe(1);
  });

  it("gives an object of the class that it is called on", async () => {
    class Shop extends DictDB {
      readonly name = "shop";
    }
    await using home = new DictDB();
    const handle = home.share();
    await home.close();
    await using shop = Shop.attach(handle);
    expect([shop.name, shop instanceof Shop]).toEqual(["shop", true]);
  });
});

describe("share()", () => {
  it("has room for 1,023 tables at one time", async () => {
    await using db = new DictDB();
    db.share();
    for (let i = 1; i <= 1_023; i++) db.createTable(`t${i}`);
    const { seq } = db;
    expect(() => db.createTable("one more")).toThrow(
      expect.objectContaining({ code: "CAPACITY", message: expect.stringContaining("1023 tables"), details: { limit: 1_023 } }),
    );
    expect(db.seq).toBe(seq);
    expect(db.hasTable("one more")).toBe(false);
    db.dropTable("t500");
    expect(db.createTable("one more").insert({})).toBe(1);
    expect(() => db.createTable("yet another")).toThrow(expect.objectContaining({ code: "CAPACITY" }));
    expect(db.getTable("t1").insert({})).toBe(1);
  });

  it("leaves a database with more tables as it was", async () => {
    await using db = new DictDB();
    for (let i = 1; i <= 1_024; i++) db.createTable(`t${i}`);
    expect(() => db.share()).toThrow(expect.objectContaining({ code: "CAPACITY" }));
    expect(db.createTable("one more").insert({})).toBe(1);
    expect(db.getTable("t1").insert({})).toBe(1);
    for (const name of ["t1023", "t1024", "one more"]) db.dropTable(name);
    db.share();
    expect(db.getTable("t1").size).toBe(1);
  });

  it("is refused while a section is open, and in atomic()", async () => {
    await using db = new DictDB();
    const things = db.createTable("things");
    await things.lock.read(() => expect(() => db.share()).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" })));
    expect(() => db.atomic(() => db.share())).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(db.stats().threads).toBe(1);
    db.share();
    things.insert({});
  });

  it("keeps snapshots, iterators, listeners and tables of its thread as they are", async () => {
    await using db = new DictDB();
    const things = db.createTable<{ id: number; name: string }>("things");
    things.insert([{ name: "pen" }, { name: "ink" }]);
    const heard: number[] = [];
    db.on("commit", ({ seq }) => heard.push(seq));
    const { seq } = db;
    using snapshot = db.snapshot();
    const names = things.iterate();
    expect(names.next().value).toMatchObject({ name: "pen" });
    db.share();
    things.update({ name: "paper" }, 2);
    expect(names.next().value).toMatchObject({ name: "ink" });
    expect(snapshot.getTable(things).get(2)?.name).toBe("ink");
    expect(things.get(2)?.name).toBe("paper");
    await db.sync();
    expect(heard).toEqual([seq + 1]);
  });
});
