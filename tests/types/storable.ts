/* oxlint-disable typescript/no-explicit-any -- fields of any type are what is tested */
import type { Storable, Table } from "dictdb";
import * as v from "valibot";
import { z } from "zod";
import { db } from "./fixtures.js";

enum Level {
  Low,
  High,
}
enum Word {
  Yes = "yes",
}
declare class Plain {
  x: number;
  private y: number;
}
declare class Point {
  x: number;
  length(): number;
}
type Mail = string & { readonly brand: unique symbol };
type Json = string | number | boolean | null | Json[] | { [field: string]: Json };
interface Item {
  readonly no: number;
  label?: string;
}

// everything that can be stored
interface Everything {
  id: number;
  unknown: unknown;
  any: any;
  optional?: string;
  nullable: Date | null;
  bytes: Uint8Array;
  buffer: Buffer;
  large: bigint;
  level: Level;
  word: Word;
  mail: Mail;
  literal: "a" | "b" | `c${string}`;
  list: readonly string[];
  pair: [string, number?];
  nested: { a: { b?: Item[] }[] } | string | null;
  item: Item;
  plain: Plain;
  self?: Everything;
  kids: readonly Everything[];
  bag: Record<string, Item>;
  wild: { [field: string]: any };
  json: Json;
  object: object;
  something: {};
  never: never;
}
db.createTable<Everything>("everything");
db.getTable<Everything>("everything");
db.snapshot().getTable<Everything>("everything");
void db.transaction((tx) => tx.getTable<Everything>("everything").count());
db.createTable<{ id: number; kind: "a" } | { id: number; kind: "b"; n: number }>("shapes");
db.createTable<Record<string, unknown>>("anything");
db.createTable<Plain>("plain", { primaryKey: "x" });

// functions and classes with a record type of their own
export function make<T extends { id: number }>(name: string): Table<T, "id"> {
  return db.createTable<T>(name, { ifNotExists: true });
}
export function find<T extends object>(name: string): Table<T> {
  return db.getTable<T>(name);
}
export const boxed = <V>() => db.createTable<{ id: number; value: V }>("boxed");
export const extended = <T extends Item>() => db.createTable<T & { id: number }>("extended");
export const partial = <T extends Item>() => db.getTable<Partial<T>>("partial");
export class Repository<T extends { id: string; name?: string }> {
  readonly table = db.createTable<T>("table");
  readonly renamed = db.createTable<Omit<T, "id"> & { id: number }>("renamed");
}
export const own = <T extends Storable<T>>(record: T) => record;
export const ownEverything = own<Everything>;

// and what cannot
// @ts-expect-error -- a function
db.createTable<{ id: number; run: () => void }>("jobs");
// @ts-expect-error -- a method
db.createTable<{ id: number; run(): void }>("jobs", { primaryKey: "id" });
// @ts-expect-error -- a function, perhaps
db.createTable<{ id: number; run?: (() => void) | null }>("jobs");
// @ts-expect-error -- a class
db.createTable<{ id: number; type: typeof Point }>("jobs");
// @ts-expect-error -- a Map
db.createTable<{ id: number; seen: Map<string, Date> }>("jobs");
// @ts-expect-error -- a Set
db.createTable<{ id: number; seen: ReadonlySet<string> | string }>("jobs");
// @ts-expect-error -- a symbol
db.createTable<{ id: number; mark: symbol }>("jobs");
// @ts-expect-error -- an object with methods
db.createTable<{ id: number; at: Point }>("jobs");
// @ts-expect-error -- a promise
db.createTable<{ id: number; done: Promise<string> }>("jobs");
// @ts-expect-error -- a regular expression
db.createTable<{ id: number; pattern: RegExp }>("jobs");
// @ts-expect-error -- an object with methods
db.createTable<{ id: number; url: URL }>("jobs");
// @ts-expect-error -- other bytes
db.createTable<{ id: number; samples: Float64Array }>("jobs");
// @ts-expect-error -- deep down
db.createTable<{ id: number; a: { b: { seen: Set<string> }[] } }>("jobs");
// @ts-expect-error -- in an array
db.createTable<{ id: number; runs: (() => void)[] }>("jobs");
// @ts-expect-error -- in one of several kinds of records
db.createTable<{ id: number; kind: "a" } | { id: number; kind: "b"; seen: Map<string, Date> }>("jobs");
// @ts-expect-error -- under any name
db.createTable<Record<string, () => void>>("jobs");
// @ts-expect-error -- a record with methods
db.createTable<Point>("points", { primaryKey: "x" });
interface Linked {
  id: number;
  next?: Linked;
  weak: WeakMap<object, string>;
}
// @ts-expect-error -- an object with methods, of a type that contains itself
db.createTable<Linked>("linked");
interface Job {
  id: number;
  run(): void;
}
// @ts-expect-error -- a function
db.createTable<Job, "id">("jobs", { primaryKey: "id" });
// @ts-expect-error -- a function
db.getTable<Job>("jobs");
// @ts-expect-error -- a function
db.getTable<Job, "id">("jobs", {});
// @ts-expect-error -- a function
db.snapshot().getTable<Job>("jobs");
// @ts-expect-error -- a function
void db.transaction((tx) => tx.getTable<Job>("jobs").count());

// what a schema of code yields
db.createTable("schemas", { schema: z.object({ id: z.number(), json: z.json(), more: z.record(z.string(), z.unknown()).optional() }) });
db.createTable("schemas", { schema: z.looseObject({ id: z.number(), mail: z.string().brand("mail"), bytes: z.instanceof(Uint8Array) }) });
// @ts-expect-error -- a Map
db.createTable("schemas", { schema: z.object({ id: z.number(), seen: z.map(z.string(), z.date()) }) });
// @ts-expect-error -- a Set deep down
db.getTable("schemas", {
  schema: z.object({
    id: z.number(),
    a: z
      .object({ seen: z.set(z.string()) })
      .array()
      .optional(),
  }),
});
// @ts-expect-error -- a function
db.createTable("schemas", { schema: v.object({ id: v.number(), run: v.function() }) });
