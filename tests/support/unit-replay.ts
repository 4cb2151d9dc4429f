import { setImmediate as nextTurn } from "node:timers/promises";
import { isDictDBError } from "../../src/index.js";
import type { DictDB, Table, TxTable } from "../../src/index.js";
import { firstCells } from "./transaction-history.js";
import { digest, onlyReads, runStep, SerialTables } from "./transaction-program.js";
import type { Cell, Program, Trace } from "./transaction-program.js";

/** A unit of work that was committed, with what its steps gave and where in the log it may stand. */
export interface CommittedUnit {
  readonly program: Program;
  readonly trace: Trace;
  /** The seq of its commit; undefined where it has made none. */
  readonly seq: number | undefined;
  /** Where it has made none: the first and the last state that it may belong to. */
  readonly range: readonly [from: number, to: number];
}

const tableCount = 2;

/** The tables that units work on. Nothing in them tells who has written what: a unit that comes to nothing leaves no trace. */
export function cellTables(db: DictDB): Table<Cell>[] {
  return Array.from({ length: tableCount }, (_, i) => db.getTable<Cell>(`cells${i}`));
}

export function createCellTables(db: DictDB): void {
  for (let i = 0; i < tableCount; i++) {
    const table = db.createTable<Cell>(`cells${i}`);
    table.createIndex("n", { type: "sorted" });
    table.insert(firstCells);
  }
}

/** Runs the steps of a program one after the other; between them others may have a turn. */
async function runProgram(program: Program, tables: readonly TxTable<Cell>[], pause: () => Promise<unknown>): Promise<Trace> {
  const results: unknown[] = [];
  let sofar = 0;
  for (const step of program) {
    await pause();
    const result = await runStep(step, tables, sofar);
    results.push(result);
    sofar = digest(sofar, result);
  }
  return results;
}

function runAtOnce(program: Program, tables: readonly Table<Cell>[]): Trace {
  const results: unknown[] = [];
  let sofar = 0;
  for (const step of program) {
    const result = runStep(step, tables, sofar);
    results.push(result);
    sofar = digest(sofar, result);
  }
  return results;
}

/** Runs a program in a transaction; undefined when that was refused because others were faster. */
export async function runTransaction(db: DictDB, program: Program, pause: () => Promise<unknown>): Promise<CommittedUnit | undefined> {
  await using tx = db.begin();
  const begun = db.seq;
  const trace = await runProgram(
    program,
    cellTables(db).map((table) => tx.getTable(table)),
    pause,
  );
  await pause();
  const before = db.seq;
  try {
    const commit = tx.commit(); // no row is locked, so it does not wait
    const after = db.seq;
    await commit;
    // What has only read is of the moment when it began, or of a later one.
    const from = onlyReads(program) ? begun : before;
    return { program, trace, seq: after > before ? after : undefined, range: [from, after] };
  } catch (error) {
    if (isDictDBError(error, "CONCURRENT_MODIFICATION")) return undefined;
    throw error;
  }
}

/** Runs a program in `atomic`. */
export function runAtomic(db: DictDB, program: Program): CommittedUnit {
  const before = db.seq;
  const trace = db.atomic(() => runAtOnce(program, cellTables(db)));
  const after = db.seq;
  return { program, trace, seq: after > before ? after : undefined, range: [before, after] };
}

/** The commits that this thread makes to the data of a database, as listeners are told of them. */
export class OwnCommits {
  readonly #db: DictDB;
  readonly #seqs: number[] = [];
  readonly #remove: () => void;

  constructor(db: DictDB) {
    this.#db = db;
    this.#remove = db.on("commit", ({ origin, seq }) => {
      if (origin === "local") this.#seqs.push(seq);
    });
  }

  /** The seq of the commit that a unit of this thread has just made, other threads writing meanwhile; undefined where it has made none. */
  async take({ range }: CommittedUnit): Promise<number | undefined> {
    await this.#db.sync();
    await nextTurn();
    const last = this.#seqs.at(-1);
    return last !== undefined && last > range[0] ? last : undefined;
  }

  end(): void {
    this.#remove();
  }
}

/**
 * Replays units one after the other in the order of their commits, and compares what they give. What has made no commit must have its answers from one
 * of the states that it may belong to, and must change nothing there.
 *
 * @returns the first difference, in words
 */
export function replayDifference(units: readonly CommittedUnit[], tables: readonly Table<Cell>[], firstSeq: number): string | undefined {
  const commits = units.filter(({ seq }) => seq !== undefined).sort((a, b) => a.seq! - b.seq!);
  const placeless = new Map(units.filter(({ seq }) => seq === undefined).map((unit) => [unit, "it belongs to no state"]));
  const model = new SerialTables(tableCount, firstCells);
  const place = (from: number, to: number): void => {
    for (const unit of placeless.keys()) {
      if (unit.range[0] > to || unit.range[1] < from) continue;
      const copy = model.copy();
      const difference =
        copy.replay(unit.program, unit.trace) ?? (copy.text === model.text ? undefined : "it should have changed something");
      if (difference === undefined) placeless.delete(unit);
      else placeless.set(unit, difference);
    }
  };
  let at = firstSeq;
  for (const { program, trace, seq } of commits) {
    place(at, seq! - 1);
    const difference = model.replay(program, trace);
    if (difference !== undefined) return `commit ${seq}: ${difference}`;
    at = seq!;
  }
  place(at, Infinity);
  for (const [{ range, program }, difference] of placeless)
    return `without a commit, between ${range.join(" and ")}: ${difference} in ${JSON.stringify(program)}`;
  const actual = tables.map((table) => table.select({ orderBy: "id" }).map(({ id, n }) => ({ id, n })));
  return JSON.stringify(actual) === model.text ? undefined : `the tables hold ${JSON.stringify(actual)}, but should hold ${model.text}`;
}
