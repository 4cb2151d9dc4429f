import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { BackupManager, DictDB, isDictDBError } from "../../src/index.js";
import type { AnyRecord, OpenTransaction, StandardSchema, Table } from "../../src/index.js";
import { attachedDatabase } from "../support/attached-database.js";
import { tempFolder } from "../support/temp-folder.js";

/** A database with a table, another one whose schema is code, and a transaction that has written. */
interface World {
  readonly db: DictDB;
  readonly things: Table<AnyRecord>;
  readonly checked: Table<AnyRecord>;
  readonly tx: OpenTransaction;
  readonly backup: BackupManager | undefined;
  /** A file to import, and a path to begin the names of new ones with. */
  readonly csv: string;
  readonly files: string;
  /** Called by the schema of `checked`. */
  onValidate: () => void;
}

/** What a verb came to, and what it left. */
interface Outcome {
  /** What the call did at once, and what its promise came to. */
  readonly call: string;
  readonly promise: string | undefined;
  /** What the call around it came to. */
  readonly around: string;
  /** Whether the call itself committed anything. */
  readonly moved: boolean | undefined;
  readonly things: unknown;
}

type Verb = (world: World) => unknown;
type Place = (world: World, act: () => void) => unknown;

/** Everything that commits, begins or ends something of its own. */
const own: Readonly<Record<string, Verb>> = {
  "db.begin()": ({ db }) => db.begin(),
  "db.transaction()": ({ db, things }) => db.transaction((tx) => tx.getTable(things).update({ n: 70 }, 2)),
  "db.transaction() that only reads": ({ db, things }) => db.transaction((tx) => tx.getTable(things).size),
  "tx.commit()": ({ tx }) => tx.commit(),
  "tx.update()": ({ tx, things }) => tx.getTable(things).update({ n: 71 }, 3),
  "tx.insert()": ({ tx, things }) => tx.getTable(things).insert({ n: 72 }),
  "tx.selectForUpdate()": ({ tx, things }) => tx.getTable(things).selectForUpdate({ where: { id: 4 } }),
  "db.close()": ({ db }) => db.close(),
  "db.share()": ({ db }) => db.share(),
  "db.createTable()": ({ db }) => db.createTable("new"),
  "db.dropTable()": ({ db }) => db.dropTable("spare"),
  "db.importCsv()": ({ db, csv }) => db.importCsv(csv, "imported"),
  "table.createIndex()": ({ things }) => things.createIndex("n"),
  "table.dropIndex()": ({ things }) => things.dropIndex("m"),
};

/** What changes records: part of a unit of work, and of nothing else. */
const writes: Readonly<Record<string, Verb>> = {
  "table.insert()": ({ things }) => things.insert({ n: 80 }),
  "table.update()": ({ things }) => things.update({ n: 81 }, 2),
  "table.update() of nothing": ({ things }) => things.update({ n: 81 }, { where: { n: -1 } }),
  "table.upsert()": ({ things }) => things.upsert({ id: 3, n: 82 }),
  "table.delete()": ({ things }) => things.delete(4),
  "db.atomic()": ({ db, things }) => db.atomic(() => things.update({ n: 83 }, 2)),
  "db.atomic() that only reads": ({ db, things }) => db.atomic(() => things.size),
};

/** What commits nothing, and goes everywhere. */
const harmless: Readonly<Record<string, Verb>> = {
  "table.get()": ({ things }) => things.get(1),
  "table.select()": ({ things }) => things.select({ where: ({ id }) => id === 1 }),
  "table.exportCsv()": ({ things, files }) => things.exportCsv(`${files}.csv`),
  "tx.get()": ({ tx, things }) => tx.getTable(things).get(2),
  "tx.rollback()": ({ tx }) => tx.rollback(),
  "db.snapshot()": ({ db, things }) => {
    using snapshot = db.snapshot();
    return snapshot.getTable(things).size;
  },
  "db.sync()": ({ db }) => db.sync(),
  "db.on()": ({ db }) => db.on("commit", () => undefined),
  "db.stats()": ({ db }) => db.stats(),
  "db.hasTable()": ({ db }) => db.hasTable("things"),
  "db.getTable()": ({ db }) => db.getTable("things"),
  "db.save()": ({ db, files }) => db.save(`${files}.json`),
  "db.saveSync()": ({ db, files }) => db.saveSync(`${files}.json`),
  "backup.backupNow()": ({ backup }) => backup?.backupNow(),
  "lock.read()": ({ db }) => db.getTable("spare").lock.read(() => 1),
  "lock.write()": ({ db }) => db.getTable("spare").lock.write(() => 1),
  "lock.tryWrite()": ({ db }) => db.getTable("spare").lock.tryWrite()?.(),
};

const verbs = { ...own, ...writes, ...harmless };

/** In the middle of a unit of work. */
const inUnits: Readonly<Record<string, Place>> = {
  "the function of atomic()": ({ db, things }, act) =>
    db.atomic(() => {
      act();
      things.update({ n: 60 }, 1);
    }),
  "an atomic() inside it": ({ db, things }, act) =>
    db.atomic(() => {
      db.atomic(act);
      things.update({ n: 60 }, 1);
    }),
};

/** In a function of the caller's that a verb runs. */
const inFunctions: Readonly<Record<string, Place>> = {
  "the predicate of select()": ({ things }, act) => things.select({ where: () => (act(), true) }).length,
  "the predicate of count()": ({ things }, act) => things.count(() => (act(), true)),
  "the predicate of delete()": ({ things }, act) => things.delete({ where: ({ id }) => (act(), id === 4) }),
  "the predicate of select() inside atomic()": ({ db, things }, act) =>
    db.atomic(() => (things.update({ n: 60 }, 1), things.select({ where: () => (act(), true) }).length)),
  "a computed update": ({ things }, act) => things.update(() => (act(), { n: 61 }), 1),
  "a getter of a record": ({ things }, act) => things.insert(withGetter(act)),
  "a getter of a record inside atomic()": ({ db, things }, act) => db.atomic(() => things.insert(withGetter(act))),
  "a schema": (world, act) => ((world.onValidate = act), world.checked.insert({ n: 1 })),
  "the predicate of a transaction": ({ db, things }, act) =>
    db.transaction((tx) => tx.getTable(things).select({ where: () => (act(), true) }).length),
};

/** Where a verb is on its own. */
const elsewhere: Readonly<Record<string, Place>> = {
  "nothing else": (_, act) => act(),
  "the loop of iterate()": ({ things }, act) => {
    for (const _ of things.iterate()) act();
  },
  "a listener of commits": async ({ db, things }, act) => {
    const told = new Promise<void>((resolve) => {
      db.on("commit", () => {
        act();
        resolve();
      });
    });
    things.update({ n: 62 }, 1);
    await told;
  },
  "a read section": ({ things }, act) => things.lock.read(act),
  "a write section": ({ things }, act) => things.lock.write(act),
  "the function of a transaction": ({ db, things }, act) => db.transaction((tx) => (act(), tx.getTable(things).update({ n: 63 }, 1))),
  "the function of a transaction, after an await": ({ db, things }, act) =>
    db.transaction(async (tx) => {
      await nextTurn();
      act();
      tx.getTable(things).update({ n: 63 }, 1);
    }),
};

const places = { ...inUnits, ...inFunctions, ...elsewhere };

const kinds: Readonly<Record<string, () => DictDB>> = {
  local: () => new DictDB({ lockTimeoutMs: 10_000 }),
  shared: () => {
    const db = new DictDB({ lockTimeoutMs: 10_000 });
    db.share();
    return db;
  },
  attached: () => attachedDatabase({ lockTimeoutMs: 10_000 }),
};

function withGetter(act: () => void): AnyRecord {
  return {
    get n() {
      act();
      return 64;
    },
  };
}

function codeOf(error: unknown): string {
  return isDictDBError(error) ? error.code : String(error);
}

async function settle(call: () => unknown): Promise<string> {
  try {
    await call();
    return "done";
  } catch (error) {
    return codeOf(error);
  }
}

const folder = tempFolder();
const csv = join(folder, "rows.csv");
writeFileSync(csv, "a\n1\n");
let count = 0;

async function makeWorld(make: () => DictDB, verb: keyof typeof verbs): Promise<World> {
  const files = join(folder, String(++count));
  const db = make();
  const things: Table<AnyRecord> = db.createTable("things");
  things.createIndex("m");
  things.insert([1, 2, 3, 4].map((n) => ({ n })));
  db.createTable("spare");
  let onValidate = (): void => undefined;
  const validate = (value: unknown): { value: { id: number; n: number } } => {
    onValidate();
    return { value: value as { id: number; n: number } };
  };
  const schema: StandardSchema<{ id: number; n: number }> = { "~standard": { version: 1, vendor: "test", validate } };
  db.createTable("checked", { schema });
  const checked = db.getTable("checked");
  const tx = db.begin();
  const backup = verb === "backup.backupNow()" ? new BackupManager(db, files, { backupIntervalMs: Infinity }) : undefined;
  if (verb === "db.share()") await tx.rollback();
  else tx.getTable(things).update({ n: 65 }, 2);
  return {
    db,
    things,
    checked,
    tx,
    backup,
    csv,
    files,
    set onValidate(act: () => void) {
      onValidate = act;
    },
  };
}

/** Calls a verb in some place, once. */
async function run(make: () => DictDB, name: keyof typeof verbs, place: Place): Promise<Outcome> {
  const world = await makeWorld(make, name);
  const { db, things } = world;
  let call = "not called";
  let promise: Promise<string> | undefined;
  let moved: boolean | undefined;
  const act = (): void => {
    if (call !== "not called") return;
    call = "done";
    const { seq } = db;
    try {
      const result = verbs[name]!(world);
      if (result instanceof Promise) promise = settle(() => result);
    } catch (error) {
      call = codeOf(error);
    }
    moved = db.seq !== seq;
  };
  const around = await settle(() => place(world, act));
  const later = await promise;
  let records: unknown = "closed";
  try {
    records = things.all();
    things.check();
  } catch (error) {
    if (!isDictDBError(error, "CLOSED")) throw error;
  }
  await db.close();
  return { call, promise: later, around, moved, things: records };
}

/** What a call came to, by whichever way. */
function answer({ call, promise }: Outcome): string {
  return call === "done" ? (promise ?? call) : call;
}

// A shared database answers share() with the handle that it has, also where one that is not shared could not be shared now.
const isSharedAnyway = (verb: string, place: string): boolean => verb === "db.share()" && /section|transaction|listener/.test(place);

/** What has to come of a verb in a place. */
function rule(verb: string, place: string): object {
  if (place in inUnits) return { moved: false, around: "done", answer: verb in own ? "INVALID_ARGUMENT" : "done" };
  if (place in inFunctions) return { moved: false, around: "done", answer: verb in harmless ? "done" : "DEADLOCK" };
  return verb in harmless ? { answer: "done" } : {};
}

describe.each(Object.keys(places))("in %s", (place) => {
  it.each(Object.keys(verbs))("%s does the same on every kind of database", async (verb) => {
    const outcomes = new Map<string, Outcome>();
    for (const [kind, make] of Object.entries(kinds)) outcomes.set(kind, await run(make, verb, places[place]!));
    const local = outcomes.get("local")!;
    expect(local.call).not.toBe("not called");

    const compared = isSharedAnyway(verb, place) ? [] : [...outcomes];
    for (const [kind, outcome] of compared) expect([kind, outcome]).toEqual([kind, local]);
    expect({ ...local, answer: answer(local) }).toMatchObject(rule(verb, place));
  });
});
