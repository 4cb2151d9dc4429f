import { copyValueOut } from "../base/copy.js";
import { ExactSum } from "../base/exact-sum.js";
import { compareValues } from "../base/order.js";
import { getter } from "../base/path.js";
import type { Getter } from "../base/path.js";
import type { StoredRecord } from "../base/value.js";
import type { Aggregate } from "./types.js";

/** Takes in the records of one group and gives one figure of it, which does not depend on the order in which they came. */
export interface Accumulator {
  add(record: StoredRecord): void;
  result(): unknown;
}

/** A maker of accumulators for one figure. */
export function accumulatorFor({ op, field }: Aggregate): () => Accumulator {
  if (field === undefined) return () => new RecordCount();
  const read = getter([field]);
  switch (op) {
    case "count":
      return () => new ValueCount(read);
    case "sum":
      return () => new Sum(read);
    case "avg":
      return () => new Average(read);
    case "min":
      return () => new Extreme(read, -1);
    case "max":
      return () => new Extreme(read, 1);
  }
}

class RecordCount implements Accumulator {
  #count = 0;

  add(): void {
    this.#count++;
  }

  result(): number {
    return this.#count;
  }
}

class ValueCount implements Accumulator {
  readonly #read: Getter;
  #count = 0;

  constructor(read: Getter) {
    this.#read = read;
  }

  add(record: StoredRecord): void {
    const value = this.#read(record);
    if (value !== null && value !== undefined) this.#count++;
  }

  result(): number {
    return this.#count;
  }
}

/** Numbers and bigints summed exactly, apart from each other until the result is asked for, which is rounded once. */
class Total {
  readonly #read: Getter;
  readonly #numbers = new ExactSum();
  #bigints = 0n;
  #numberCount = 0;
  #bigintCount = 0;

  constructor(read: Getter) {
    this.#read = read;
  }

  get count(): number {
    return this.#numberCount + this.#bigintCount;
  }

  add(record: StoredRecord): void {
    const value = this.#read(record);
    if (typeof value === "number") {
      this.#numbers.add(value);
      this.#numberCount++;
    } else if (typeof value === "bigint") {
      this.#bigints += value;
      this.#bigintCount++;
    }
  }

  sum(): number | bigint {
    if (this.#numberCount === 0) return this.#bigints;
    this.#numbers.addBigint(this.#bigints);
    this.#bigints = 0n;
    return this.#numbers.value();
  }
}

class Sum implements Accumulator {
  readonly #total: Total;

  constructor(read: Getter) {
    this.#total = new Total(read);
  }

  add(record: StoredRecord): void {
    this.#total.add(record);
  }

  result(): number | bigint | null {
    return this.#total.count === 0 ? null : this.#total.sum();
  }
}

class Average implements Accumulator {
  readonly #total: Total;

  constructor(read: Getter) {
    this.#total = new Total(read);
  }

  add(record: StoredRecord): void {
    this.#total.add(record);
  }

  result(): number | null {
    const { count } = this.#total;
    return count === 0 ? null : Number(this.#total.sum()) / count;
  }
}

class Extreme implements Accumulator {
  readonly #read: Getter;
  readonly #direction: 1 | -1;
  #best: unknown = null;

  constructor(read: Getter, direction: 1 | -1) {
    this.#read = read;
    this.#direction = direction;
  }

  add(record: StoredRecord): void {
    const value = this.#read(record);
    if (value === null || value === undefined) return;
    const difference = this.#best === null ? 1 : compareValues(value, this.#best) * this.#direction;
    // Of 1 and 1n, which are equal, the number stands for both, whichever came first.
    if (difference > 0 || (difference === 0 && typeof value === "number")) this.#best = value;
  }

  result(): unknown {
    return this.#best === 0 ? 0 : copyValueOut(this.#best);
  }
}
