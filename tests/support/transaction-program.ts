import { isDictDBError, sum, unset } from "../../src/index.js";
import type { AnyRecord, TableWriter, TxTable } from "../../src/index.js";

/** A record of the tables that programs work on. */
export interface Cell {
  id: number;
  n: number;
  tag?: string | undefined;
}

/** One step of a program. Ranges are of the field `n`, both ends included. */
export type ProgramStep =
  | {
      readonly op: "get" | "add" | "put" | "delete" | "ignore" | "name" | "unset";
      readonly table: number;
      readonly key: number;
    }
  | {
      readonly op: "sum" | "move" | "same" | "deleteRange" | "lock" | "share" | "skipLocked";
      readonly table: number;
      readonly low: number;
      readonly high: number;
    }
  | { readonly op: "size" | "insert" | "all" | "brief" | "clear"; readonly table: number }
  | { readonly op: "throw" };

/** What is done in one transaction: steps whose writes depend on what the steps before them have read. */
export type Program = readonly ProgramStep[];

/** What the steps of one run gave, in their order. */
export type Trace = readonly unknown[];

const modulus = 10;

/** A program threw on purpose. */
export class PlannedFailure extends Error {}

type Writer = TableWriter<Cell> & Partial<Pick<TxTable<Cell>, "selectForUpdate" | "selectForShare">>;

/** Runs a step on a real table. @returns what it gave, which the next writes depend on */
export function runStep(step: ProgramStep, tables: readonly Writer[], sofar: number): unknown {
  if (step.op === "throw") throw new PlannedFailure();
  const table = tables[step.table]!;
  switch (step.op) {
    case "get":
      return table.get(step.key)?.n ?? null;
    case "add":
      return table.update(({ n }) => ({ n: (n + 1 + sofar) % modulus }), step.key);
    case "put":
      return table.upsert({ id: step.key, n: sofar % modulus }).action;
    case "delete":
      return table.delete(step.key);
    case "ignore":
      return table.upsert({ id: step.key, n: sofar % modulus }, { onConflict: "ignore" }).action;
    case "name":
      return named(() => table.insert({ id: step.key, n: sofar % modulus }));
    case "unset":
      return table.update({ tag: unset() }, step.key);
    case "brief": {
      const key = table.insert({ n: 0 });
      table.delete(key);
      return key;
    }
    case "clear":
      return table.clear();
    case "size":
      return table.size;
    case "all":
      return table.all().reduce((total, { n }) => total + n, 0);
    case "insert":
      return table.insert({ n: sofar % modulus });
    default: {
      const { low, high } = step;
      const where = table.fields.n.between(low, high);
      switch (step.op) {
        case "sum":
          return table.aggregate({ total: sum("n") }, { where }).total;
        case "move":
          return table.update({ n: sofar % modulus }, { where });
        case "same":
          return table.update(({ n }) => ({ n }), { where });
        case "deleteRange":
          return table.delete({ where });
        case "lock":
          return table.selectForUpdate?.({ where, orderBy: "id" });
        case "share":
          return table.selectForShare?.({ where, orderBy: "id", limit: 2 });
        case "skipLocked":
          return table.selectForUpdate?.({ where, orderBy: "id", limit: 2, skipLocked: true });
      }
    }
  }
}

function named(insert: () => unknown): unknown {
  try {
    return insert();
  } catch (error) {
    if (isDictDBError(error, "DUPLICATE_KEY")) return error.code;
    throw error;
  }
}

/** A number that what has been read so far comes to. */
export function digest(sofar: number, result: unknown): number {
  if (typeof result === "number") return sofar + result;
  if (Array.isArray(result)) return sofar + (result as Cell[]).reduce((total, { id, n }) => total + id + n, 0);
  return typeof result === "string" ? sofar + result.length : sofar;
}

/** The model: what the tables hold when programs run one after the other. */
export class SerialTables {
  readonly #tables: Map<number, number>[];
  /** The keys that were ever used, of each table. */
  readonly #used: Set<number>[];

  constructor(count: number, cells: readonly Cell[]) {
    this.#tables = Array.from({ length: count }, () => new Map(cells.map(({ id, n }) => [id, n])));
    this.#used = Array.from({ length: count }, () => new Set(cells.map(({ id }) => id)));
  }

  copy(): SerialTables {
    const copy = new SerialTables(0, []);
    copy.#tables.push(...this.#tables.map((table) => new Map(table)));
    copy.#used.push(...this.#used.map((keys) => new Set(keys)));
    return copy;
  }

  /** The records of a table, in key order. */
  cells(table: number): Cell[] {
    return Array.from(this.#tables[table]!, ([id, n]) => ({ id, n })).sort((a, b) => a.id - b.id);
  }

  /**
   * Runs a program alone and compares what each step gives with what it gave when others ran beside it. An automatic key is taken from there, and so
   * is which rows were skipped.
   * @returns the first step that differs, in words
   */
  replay(program: Program, trace: Trace): string | undefined {
    let sofar = 0;
    for (const [i, step] of program.entries()) {
      const given = trace[i];
      const expected = this.#run(step, sofar, given);
      if (JSON.stringify(expected) !== JSON.stringify(given)) {
        return `step ${i}, ${JSON.stringify(step)}, gave ${JSON.stringify(given)}, but alone it gives ${JSON.stringify(expected)}`;
      }
      sofar = digest(sofar, given);
    }
    return undefined;
  }

  /** All that the tables hold, as a text. */
  get text(): string {
    return JSON.stringify(this.#tables.map((_, i) => this.cells(i)));
  }

  #run(step: ProgramStep, sofar: number, given: unknown): unknown {
    if (step.op === "throw") return "nothing that was committed";
    const table = this.#tables[step.table]!;
    const used = this.#used[step.table]!;
    switch (step.op) {
      case "get":
        return table.get(step.key) ?? null;
      case "add": {
        const n = table.get(step.key);
        if (n !== undefined) table.set(step.key, (n + 1 + sofar) % modulus);
        return n === undefined ? 0 : 1;
      }
      case "put": {
        const action = table.has(step.key) ? "updated" : "inserted";
        table.set(step.key, sofar % modulus);
        used.add(step.key);
        return action;
      }
      case "delete":
        return table.delete(step.key) ? 1 : 0;
      case "ignore":
      case "name": {
        const isNew = !table.has(step.key);
        if (isNew) table.set(step.key, sofar % modulus);
        used.add(step.key);
        if (step.op === "ignore") return isNew ? "inserted" : "ignored";
        return isNew ? step.key : "DUPLICATE_KEY";
      }
      case "unset":
        return table.has(step.key) ? 1 : 0;
      case "brief":
        if (typeof given !== "number" || used.has(given)) return "a key that was never used";
        used.add(given);
        return given;
      case "clear": {
        const { size } = table;
        table.clear();
        return size;
      }
      case "size":
        return table.size;
      case "all":
        return [...table.values()].reduce((total, n) => total + n, 0);
      case "insert":
        if (typeof given !== "number" || used.has(given)) return "a key that was never used";
        table.set(given, sofar % modulus);
        used.add(given);
        return given;
      default: {
        const found = this.cells(step.table).filter(({ n }) => n >= step.low && n <= step.high);
        switch (step.op) {
          case "sum":
            return found.length === 0 ? null : found.reduce((total, { n }) => total + n, 0);
          case "move":
            for (const { id } of found) table.set(id, sofar % modulus);
            return found.length;
          case "same":
            return found.length;
          case "deleteRange":
            for (const { id } of found) table.delete(id);
            return found.length;
          case "lock":
            return found;
          case "share":
            return found.slice(0, 2);
          case "skipLocked":
            return found.filter(({ id }) => (given as AnyRecord[]).some((one) => one.id === id));
        }
      }
    }
  }
}

/** Whether a program changes nothing. */
export function onlyReads(program: Program): boolean {
  const reads = new Set(["get", "sum", "size", "all"]);
  return program.every(({ op }) => reads.has(op));
}
