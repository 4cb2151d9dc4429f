import { isDictDBError } from "../../src/index.js";
import type { DictDB, Table } from "../../src/index.js";
import { digest, onlyReads, PlannedFailure, runStep, SerialTables } from "./transaction-program.js";
import type { Cell, Program, Trace } from "./transaction-program.js";

/** A program that was committed, with what it gave. */
export interface Ended {
  readonly number: number;
  readonly program: Program;
  readonly trace: Trace;
}

/** The tables that programs work on, and one in which each leaves its number, so that the log tells in which order they were committed. */
export interface HistoryTables {
  readonly cells: readonly Table<Cell>[];
  readonly marks: Table<{ id: number }>;
}

export const firstCells: readonly Cell[] = Array.from({ length: 6 }, (_, i) => ({ id: i + 1, n: i }));
const tableCount = 2;

export function createHistoryTables(db: DictDB, indexed: boolean): HistoryTables {
  const cells = Array.from({ length: tableCount }, (_, i) => {
    const table = db.createTable<Cell>(`cells${i}`);
    if (indexed) table.createIndex("n", { type: "sorted" });
    table.insert(firstCells);
    return table;
  });
  return { cells, marks: db.createTable<{ id: number }>("marks") };
}

export function openHistoryTables(db: DictDB): HistoryTables {
  return {
    cells: Array.from({ length: tableCount }, (_, i) => db.getTable<Cell>(`cells${i}`)),
    marks: db.getTable<{ id: number }>("marks"),
  };
}

/**
 * Runs a program in a transaction.
 * @param pause lets others run, between any two steps
 * @returns undefined where it was not committed, by its own will or by that of others
 */
export async function runInTransaction(
  db: DictDB,
  { cells, marks }: HistoryTables,
  number: number,
  program: Program,
  pause: () => Promise<unknown>,
): Promise<Ended | undefined> {
  try {
    const trace = await db.transaction(async (tx) => {
      const tables = cells.map((table) => tx.getTable(table));
      const results: unknown[] = [];
      let sofar = 0;
      if (!onlyReads(program)) tx.getTable(marks).insert({ id: number });
      for (const step of program) {
        await pause();
        const result = await runStep(step, tables, sofar);
        results.push(result);
        sofar = digest(sofar, result);
      }
      return results;
    });
    return { number, program, trace };
  } catch (error) {
    return refused(error);
  }
}

/** Runs a program in an atomic unit of work. */
export function runAtomically(db: DictDB, { cells, marks }: HistoryTables, number: number, program: Program): Ended | undefined {
  try {
    const trace = db.atomic(() => {
      const results: unknown[] = [];
      let sofar = 0;
      marks.insert({ id: number });
      for (const step of program) {
        const result = runStep(step, cells, sofar);
        results.push(result);
        sofar = digest(sofar, result);
      }
      return results;
    });
    return { number, program, trace };
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): undefined {
  if (error instanceof PlannedFailure) return undefined;
  for (const code of ["CONCURRENT_MODIFICATION", "DEADLOCK", "ROW_LOCKED"] as const) if (isDictDBError(error, code)) return undefined;
  throw error;
}

/**
 * Finds out whether what was committed could have come from running the programs one after the other, in the order of their commits; a program that
 * only read, at some moment between two of them.
 * @param order the numbers of the programs that changed something, in the order of their commits
 * @returns what could not, in words
 */
export function notSerial(ended: readonly Ended[], order: readonly number[], db: DictDB): string | undefined {
  const byNumber = new Map(ended.map((one) => [one.number, one]));
  const readers = new Map(ended.filter(({ program }) => onlyReads(program)).map((one) => [one, "never"]));
  const tables = new SerialTables(tableCount, firstCells);
  const lookAt = (): void => {
    for (const reader of readers.keys()) {
      const difference = tables.copy().replay(reader.program, reader.trace);
      if (difference === undefined) readers.delete(reader);
      else readers.set(reader, difference);
    }
  };
  lookAt();
  for (const number of order) {
    const one = byNumber.get(number);
    if (one === undefined) return `program ${number} was committed, but its caller was told otherwise`;
    const difference = tables.replay(one.program, one.trace);
    if (difference !== undefined) return `program ${number}: ${difference}`;
    byNumber.delete(number);
    lookAt();
  }
  for (const one of byNumber.values()) if (!onlyReads(one.program)) return `program ${one.number} was said to be committed, but was not`;
  for (const [{ number }, difference] of readers) return `program ${number} has seen a state that never was: ${difference}`;
  for (let i = 0; i < tableCount; i++) {
    const actual = JSON.stringify(
      db
        .getTable<Cell>(`cells${i}`)
        .select({ orderBy: "id" })
        .map(({ id, n }) => ({ id, n })),
    );
    const expected = JSON.stringify(tables.cells(i));
    if (actual !== expected) return `table ${i} holds ${actual}, but should hold ${expected}`;
  }
  return undefined;
}
