import type { DictDB, Table } from "../../../src/index.js";
import { randomFrom } from "../random.js";

/** A record that belongs to one thread. */
export interface Owned {
  id: string;
  owner: number;
  n: number;
  text: string;
}

/** What all threads count up together. */
export interface Counter {
  id: string;
  total: number;
}

/** The tables of a database in which threads die. */
export interface Estate {
  readonly db: DictDB;
  readonly owned: Table<Owned>;
  readonly copies: Table<Owned>;
  readonly counters: Table<Counter>;
}

/** How many keys a thread has in each table. */
const keys = 8;

export function foundEstate(db: DictDB): void {
  db.createTable<Owned>("owned").createIndex("owner");
  db.createTable<Owned>("copies").createIndex("n", { type: "sorted" });
  db.createTable<Counter>("counters").insert({ id: "deeds", total: 0 });
}

export function openEstate(db: DictDB): Estate {
  return { db, owned: db.getTable<Owned>("owned"), copies: db.getTable<Owned>("copies"), counters: db.getTable<Counter>("counters") };
}

/** What a thread does to its own records as its n-th deed. Each deed is one commit, and leaves its number in a record. */
type Deed =
  | { readonly kind: "put" | "put both"; readonly record: Owned }
  | { readonly kind: "put many"; readonly records: readonly Owned[] }
  | { readonly kind: "sign all"; readonly n: number }
  | { readonly kind: "delete"; readonly id: string }
  | { readonly kind: "count" };

/** The deeds of a thread are a function of its number and a seed. */
export function deedOf(seed: number, owner: number, n: number): Deed {
  const random = randomFrom(seed ^ (owner * 0x9e3779b1) ^ (n * 0x85ebca6b));
  const record = (): Owned => ({ id: `${owner}-${random(keys)}`, owner, n, text: "x".repeat(random(random(20) === 0 ? 6_000 : 60)) });
  switch (random(10)) {
    case 0:
    case 1:
    case 2:
      return { kind: "put", record: record() };
    case 3:
    case 4:
      return { kind: "put both", record: record() };
    case 5:
      return { kind: "put many", records: [record(), { ...record(), id: `${owner}-many` }] };
    case 6:
      return { kind: "sign all", n };
    case 7:
      return { kind: "delete", id: record().id };
    default:
      return { kind: "count" };
  }
}

/**
 * Does a deed.
 * @param inside called by the verbs that run code of the caller's, from within that code
 */
export function doDeed({ db, owned, copies, counters }: Estate, owner: number, deed: Deed, inside: () => void): void {
  switch (deed.kind) {
    case "put":
      owned.upsert(deed.record, { onConflict: "replace" });
      return;
    case "put both":
      db.atomic(() => {
        owned.upsert(deed.record, { onConflict: "replace" });
        inside();
        copies.upsert(deed.record, { onConflict: "replace" });
      });
      return;
    case "put many":
      owned.upsert(deed.records, { onConflict: "replace" });
      return;
    case "sign all":
      owned.update(
        () => {
          inside();
          return { n: deed.n };
        },
        { where: { owner } },
      );
      return;
    case "delete":
      owned.delete(deed.id);
      return;
    case "count":
      counters.update(({ total }) => {
        inside();
        return { total: total + 1 };
      }, "deeds");
  }
}

/** What a thread must have left behind after its first so many deeds: a line for each of its records, sorted, and how often it counted. */
export function legacyOf(seed: number, owner: number, deeds: number): { readonly lines: readonly string[]; readonly counted: number } {
  const owned = new Map<string, Owned>();
  const copies = new Map<string, Owned>();
  let counted = 0;
  for (let n = 0; n < deeds; n++) {
    const deed = deedOf(seed, owner, n);
    if (deed.kind === "put" || deed.kind === "put both") owned.set(deed.record.id, deed.record);
    if (deed.kind === "put both") copies.set(deed.record.id, deed.record);
    if (deed.kind === "put many") for (const record of deed.records) owned.set(record.id, record);
    if (deed.kind === "sign all") for (const [id, record] of owned) owned.set(id, { ...record, n });
    if (deed.kind === "delete") owned.delete(deed.id);
    if (deed.kind === "count") counted++;
  }
  return { lines: linesOf(owned.values(), copies.values()), counted };
}

/** As {@link legacyOf}, from the database. */
export function foundOf({ owned, copies }: Estate, owner: number): readonly string[] {
  return linesOf(owned.select({ where: { owner } }), copies.select({ where: { owner } }));
}

/** Everything that a database of this kind holds, for comparing replicas; every table is checked. */
export function digestOf({ owned, copies, counters }: Estate): string {
  for (const table of [owned, copies, counters]) table.check();
  return [...linesOf(owned.all(), copies.all()), `${counters.get("deeds")?.total} deeds`].join("\n");
}

function linesOf(owned: Iterable<Owned>, copies: Iterable<Owned>): string[] {
  const line = (table: string) => (record: Owned) => `${table} ${record.id} ${record.owner} ${record.n} ${record.text.length}`;
  return [...Array.from(owned, line("owned")), ...Array.from(copies, line("copies"))].sort();
}
