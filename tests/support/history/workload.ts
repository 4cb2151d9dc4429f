import type { Operation, TableName } from "./operation.js";
import type { Rows } from "./plain-store.js";

/** Records with given keys have one of these; automatic keys come after them. */
const givenKeys = 24;
const groups = 6;
const tags = 8;

/** Draws a whole number from 0 on and below the given bound. */
export type Random = (below: number) => number;

/** What both tables hold at first. */
export function firstRows(): Rows {
  const left = Array.from({ length: givenKeys / 2 }, (_, i) => [i + 1, i % groups, 100, "start", null] as const);
  return { left, right: left };
}

/** How often which operation is drawn. */
export type Mix = Readonly<Partial<Record<Operation["verb"], number>>>;

/** All of them, writes about as often as reads; it keeps the tables small, so that the threads meet. */
export const everything: Mix = {
  insert: 10,
  upsert: 8,
  set: 6,
  "set where": 2,
  add: 10,
  "add where": 2,
  tag: 4,
  delete: 8,
  "delete where": 3,
  get: 16,
  select: 6,
  count: 4,
  move: 7,
  copy: 6,
  pair: 2,
  totals: 5,
};

/** Only what concerns a record or two by their keys: its histories fall into parts. */
export const byKey: Mix = { upsert: 6, set: 6, add: 10, delete: 4, get: 16, move: 1, copy: 1 };

/** A thread's endless work, the same for the same random numbers. Each operation that writes is signed with the thread and its number. */
export class Workload {
  readonly #thread: number;
  readonly #random: Random;
  readonly #verbs: readonly Operation["verb"][];
  #number = 0;
  #latest: number[] = [];

  constructor(thread: number, random: Random, mix: Mix = everything) {
    this.#thread = thread;
    this.#random = random;
    this.#verbs = Object.entries(mix).flatMap(([verb, weight]) => Array<Operation["verb"]>(weight).fill(verb as Operation["verb"]));
  }

  /** Tells of a key that the database assigned, so that later operations use it, too. */
  note(key: number): void {
    this.#latest = [key, ...this.#latest.slice(0, 5)];
  }

  next(): Operation {
    const random = this.#random;
    const verb = this.#verbs[random(this.#verbs.length)]!;
    const table: TableName = random(3) === 0 ? "right" : "left";
    const by = `${this.#thread}:${this.#number++}`;
    switch (verb) {
      case "insert": {
        const item = { group: random(groups), count: random(100), by };
        return { verb, table, item: random(3) === 0 ? { id: this.#key(), ...item } : item };
      }
      case "upsert":
        return { verb, table, item: { id: this.#key(), group: random(groups), count: random(100), by } };
      case "set":
        return { verb, table, key: this.#key(), count: random(100), by };
      case "set where":
        return { verb, table, group: random(groups), count: random(100), by };
      case "add":
        return { verb, table, key: this.#key(), amount: 1 + random(9), by };
      case "add where":
        return { verb, table, group: random(groups), amount: 1 + random(9), by };
      case "tag":
        return { verb, table, key: this.#key(), tag: random(tags), by };
      case "delete":
      case "get":
        return { verb, table, key: this.#key() };
      case "delete where":
      case "select":
        return { verb, table, group: random(groups) };
      case "count":
        return { verb, table, group: random(2) === 0 ? undefined : random(groups) };
      case "move":
        return { verb, from: table, source: this.#key(), target: this.#key(), amount: 1 + random(9), by };
      case "copy":
        return { verb, from: table, source: this.#key(), target: this.#key(), by };
      case "pair":
        return { verb, group: random(groups), by };
      case "totals":
        return { verb };
    }
  }

  #key(): number {
    const random = this.#random;
    const latest = this.#latest[random(8)];
    return latest ?? 1 + random(givenKeys);
  }
}
