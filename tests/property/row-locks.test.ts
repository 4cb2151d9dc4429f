import { describe, it } from "@jest/globals";
import fc from "fast-check";
import type { RowLockChange, RowLockMode, RowOwner } from "../../src/log/commit.js";
import { RowLocks } from "../../src/state/row-locks.js";
import { patience, runs } from "../support/arbitraries.js";

/** A lock of one row, told as simply as possible: who has it, and who waits, first come, first served. */
interface PlainRow {
  holders: Map<number, RowLockMode>;
  queue: { number: number; mode: RowLockMode }[];
}

const rowCount = 3;

/** The model: owners are numbers, the smaller the older, and 0 is a synchronous verb, for which every other owner waits. */
class PlainLocks {
  readonly rows: PlainRow[] = Array.from({ length: rowCount }, () => ({ holders: new Map(), queue: [] }));

  request(number: number, keys: readonly number[], mode: RowLockMode): void {
    for (const key of keys) {
      const row = this.rows[key]!;
      const waits = row.queue.find((place) => place.number === number);
      const held = row.holders.get(number);
      if (waits !== undefined) {
        if (mode === "update") waits.mode = mode;
      } else if (held === undefined) row.queue.push({ number, mode });
      else if (held === "share" && mode === "update") row.queue.unshift({ number, mode });
    }
    this.grant();
    for (let victim = this.victim(number); victim !== undefined; victim = this.victim(number)) this.cancel(victim, [0, 1, 2]);
  }

  cancel(number: number, keys: readonly number[]): void {
    for (const key of keys) this.rows[key]!.queue = this.rows[key]!.queue.filter((place) => place.number !== number);
    this.grant();
  }

  release(number: number, keys: readonly number[]): void {
    for (const key of keys) this.rows[key]!.holders.delete(number);
    this.grant();
  }

  grant(): void {
    for (const { holders, queue } of this.rows) {
      while (
        queue.length > 0 &&
        [...holders].every(([other, held]) => other === queue[0]!.number || (held === "share" && queue[0]!.mode === "share"))
      ) {
        const { number, mode } = queue.shift()!;
        holders.set(number, mode);
      }
    }
  }

  /** Whom an owner waits for, directly. */
  waitsFor(number: number): Set<number> {
    const others = new Set<number>();
    for (const { holders, queue } of this.rows) {
      const at = queue.findIndex((place) => place.number === number);
      if (at < 0) continue;
      const clashes = (mode: RowLockMode): boolean => mode === "update" || queue[at]!.mode === "update";
      for (const [other, mode] of holders) if (other !== number && clashes(mode)) others.add(other);
      for (const place of queue.slice(0, at)) if (clashes(place.mode)) others.add(place.number);
    }
    if (number !== 0 && this.rows.some(({ queue }) => queue.some((place) => place.number === 0))) others.add(0);
    return others;
  }

  victim(number: number): number | undefined {
    const reach = (from: number): Set<number> => {
      const found = new Set<number>();
      const open = [...this.waitsFor(from)];
      while (open.length > 0) {
        const next = open.pop()!;
        if (found.has(next)) continue;
        found.add(next);
        open.push(...this.waitsFor(next));
      }
      return found;
    };
    const circle = [...reach(number)].filter((other) => reach(other).has(number));
    const waiting = circle.filter((other) => this.rows.some(({ queue }) => queue.some((place) => place.number === other)));
    if (waiting.length === 0) return undefined;
    return waiting.includes(0) ? 0 : Math.max(...waiting);
  }
}

const owner = (number: number): RowOwner => ({ replica: 7, number });
const keys = fc.uniqueArray(fc.nat(rowCount - 1), { minLength: 1 });
const number = fc.nat(4);
const change = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("requestRows" as const),
      number,
      keys,
      mode: fc.constantFrom<RowLockMode>("share", "update"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("cancelRows" as const), number, keys }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("releaseRows" as const), number, keys: fc.option(keys) }) },
);

function text(locks: RowLocks): string {
  const rows = Array.from({ length: rowCount }, (_, key) => {
    const state = [0, 1, 2, 3, 4].map((one) => {
      const held = locks.holds(owner(one), 1, key, "update") ? "U" : locks.holds(owner(one), 1, key, "share") ? "S" : "-";
      return held + (locks.waits(owner(one), 1, key) ? "w" : "");
    });
    return state.join(" ");
  });
  return rows.join(" | ");
}

function plainText({ rows }: PlainLocks): string {
  return rows
    .map(({ holders, queue }) =>
      [0, 1, 2, 3, 4]
        .map((one) => {
          const held = holders.get(one);
          const waits = queue.some((place) => place.number === one);
          return (held === undefined ? "-" : held === "update" ? "U" : "S") + (waits ? "w" : "");
        })
        .join(" "),
    )
    .join(" | ");
}

describe("row locks", () => {
  it(
    "are granted first come, first served, and circles are broken, as a plain model does it; a copy made from entries goes on alike",
    () => {
      fc.assert(
        fc.property(fc.array(change, { maxLength: 40 }), fc.nat(40), (changes, copyAt) => {
          const plain = new PlainLocks();
          const torn = new RowLocks();
          const all = [new RowLocks(), torn];
          for (const [i, one] of changes.entries()) {
            if (i === copyAt) {
              const copy = new RowLocks();
              for (const entry of all[0]!.entries()) copy.apply(entry, 0);
              all.push(copy);
            }
            const entry: RowLockChange =
              one.type === "requestRows"
                ? { type: one.type, table: 1, keys: one.keys, mode: one.mode, owner: owner(one.number), began: one.number }
                : one.type === "cancelRows"
                  ? { type: one.type, table: 1, keys: one.keys, owner: owner(one.number) }
                  : { type: one.type, owner: owner(one.number), rows: one.keys === null ? undefined : { table: 1, keys: one.keys } };
            for (const locks of all) locks.apply(entry, i + 1);
            // What was cut off while it was applied: it goes back, and comes again.
            torn.goBack(i + 1);
            torn.apply(entry, i + 1);
            if (one.type === "requestRows") plain.request(one.number, one.keys, one.mode);
            else if (one.type === "cancelRows") plain.cancel(one.number, one.keys);
            else {
              if (one.keys === null) plain.cancel(one.number, [0, 1, 2]);
              plain.release(one.number, one.keys ?? [0, 1, 2]);
            }
            for (const locks of all) {
              if (text(locks) !== plainText(plain))
                throw new Error(`after change ${i}: ${text(locks)}, but the model has ${plainText(plain)}`);
            }
          }
        }),
        runs(1_000),
      );
    },
    patience,
  );
});
