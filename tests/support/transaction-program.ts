import { sum } from "../../src/index.js";
import type { AnyRecord, TableWriter, TxTable } from "../../src/index.js";

/** A record of the tables that programs work on. */
export interface Cell {
  id: number;
  n: number;
}

/** One step of a program. Ranges are of the field `n`, both ends included. */
export type ProgramStep =
  | { readonly op: "get" | "add" | "put" | "delete"; readonly table: number; readonly key: number }
  | {
      readonly op: "sum" | "move" | "deleteRange" | "lock" | "share" | "skipLocked";
      readonly table: number;
      readonly low: number;
      readonly high: number;
    }
  | { readonly op: "size" | "insert" | "all"; readonly table: number }
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

/** A number that what has been read so far comes to. */
export function digest(sofar: number, result: unknown): number {
  if (typeof result === "number") return sofar + result;
  if (Array.isArray(result)) return sofar + (result as Cell[]).reduce((total, { id, n }) => total + id + n, 0);
  return typeof result === "string" ? sofar + result.length : sofar;
}

/** The model: what the tables hold when programs run one after the other. */
export class SerialTables {
  readonly #tables: Map<number, number>[];

  constructor(count: number, cells: readonly Cell[]) {
    this.#tables = Array.from({ length: count }, () => new Map(cells.map(({ id, n }) => [id, n])));
  }

  copy(): SerialTables {
    const copy = new SerialTables(0, []);
    copy.#tables.push(...this.#tables.map((table) => new Map(table)));
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

  #run(step: ProgramStep, sofar: number, given: unknown): unknown {
    if (step.op === "throw") return "nothing that was committed";
    const table = this.#tables[step.table]!;
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
        return action;
      }
      case "delete":
        return table.delete(step.key) ? 1 : 0;
      case "size":
        return table.size;
      case "all":
        return [...table.values()].reduce((total, n) => total + n, 0);
      case "insert":
        if (typeof given !== "number" || table.has(given)) return "a key that is new";
        table.set(given, sofar % modulus);
        return given;
      default: {
        const found = this.cells(step.table).filter(({ n }) => n >= step.low && n <= step.high);
        switch (step.op) {
          case "sum":
            return found.length === 0 ? null : found.reduce((total, { n }) => total + n, 0);
          case "move":
            for (const { id } of found) table.set(id, sofar % modulus);
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
