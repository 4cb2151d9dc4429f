import { hasChanged, lineOf } from "./operation.js";
import type { Recorded, Result } from "./operation.js";
import { PlainStore } from "./plain-store.js";
import type { Rows } from "./plain-store.js";

/** The log's own account of a history, and where it began. */
export interface Account {
  readonly history: readonly Recorded[];
  /** What the tables held before, and the seq at which they did. */
  readonly start: { readonly rows: Rows; readonly seq: number };
}

/** A stretch of the log through which the tables stay as they are: from a commit's seq up to the one before the next commit's. */
type Stretch = readonly [from: number, to: number];

/** How many violations are told. */
const most = 5;

/**
 * Checks a history against the order of the log: operations done one after the other in the order of their seqs give every result that was
 * observed, and what returned before another one was invoked stands before it.
 *
 * @returns what is wrong, in words; empty when nothing is
 */
export function checkLogOrder({ history, start }: Account): string[] {
  const violations: string[] = [];
  const places = new Map<Recorded, readonly Stretch[]>();
  replay(history, start, places, violations);
  compareWithTime(history, places, violations);
  return violations.slice(0, most);
}

/** The state after replaying a history: what all replicas must hold in the end. */
export function finalRows({ history, start }: Account): Rows {
  const store = new PlainStore(start.rows);
  for (const { operation, result } of commitsOf(history)) store.apply(store.ask(operation, result).writes);
  return store.rows();
}

function commitsOf(history: readonly Recorded[]): Recorded[] {
  return history
    .filter(({ operation, result }) => result !== undefined && hasChanged(operation, result))
    .sort((a, b) => a.seq[0] - b.seq[0]);
}

/** Replays the commits, and finds for each operation the stretches of the log in which it may have had its result. */
function replay(
  history: readonly Recorded[],
  start: Account["start"],
  places: Map<Recorded, readonly Stretch[]>,
  violations: string[],
): void {
  const store = new PlainStore(start.rows);
  const commits = commitsOf(history);
  const committed = new Set(commits);
  const reads = history.filter((entry) => entry.result !== undefined && !committed.has(entry)).sort((a, b) => a.seq[0] - b.seq[0]);
  let nextRead = 0;
  let open: { read: Recorded; stretches: Stretch[]; answer: Result }[] = [];
  const look = (from: number, to: number): void => {
    while (nextRead < reads.length && reads[nextRead]!.seq[0] <= to) {
      const read = reads[nextRead++]!;
      const stretches: Stretch[] = [];
      places.set(read, stretches);
      open.push({ read, stretches, answer: null });
    }
    for (const entry of open) {
      const { operation, result, seq } = entry.read;
      entry.answer = store.ask(operation, result).result;
      if (same(entry.answer, result)) entry.stretches.push([Math.max(from, seq[0]), Math.min(to, seq[1])]);
    }
    open = open.filter(({ read, stretches, answer }) => {
      if (read.seq[1] > to) return true;
      if (stretches.length === 0)
        violations.push(`no state in its range answers so, the last one answers ${text(answer)}: ${lineOf(read)}`);
      return false;
    });
  };
  let at = start.seq;
  for (const commit of commits) {
    const [seq] = commit.seq;
    if (seq <= at) violations.push(`seq ${seq} was taken already: ${lineOf(commit)}`);
    look(at, seq - 1);
    const { result, writes } = store.ask(commit.operation, commit.result);
    if (!same(result, commit.result)) violations.push(`the state before it makes it answer ${text(result)}: ${lineOf(commit)}`);
    store.apply(writes);
    places.set(commit, [[seq, seq]]);
    at = seq;
  }
  look(at, Infinity);
}

/**
 * Gives each operation the first place that it may have, in the order in which they were invoked. What is invoked later only asks that places
 * before it are low, so the lowest is the best choice.
 */
function compareWithTime(history: readonly Recorded[], places: ReadonlyMap<Recorded, readonly Stretch[]>, violations: string[]): void {
  const invoked = history.filter((entry) => places.has(entry)).sort((a, b) => a.invoke - b.invoke);
  const returned = [...invoked].sort((a, b) => a.return - b.return);
  const placeOf = new Map<Recorded, number>();
  let reached = 0;
  let latest: Recorded | undefined;
  let next = 0;
  for (const entry of invoked) {
    while (next < returned.length && returned[next]!.return < entry.invoke) {
      const before = returned[next++]!;
      const place = placeOf.get(before)!;
      if (latest === undefined || place > reached) {
        reached = place;
        latest = before;
      }
    }
    const stretches = places.get(entry)!;
    const isCommit = hasChanged(entry.operation, entry.result!);
    const stretch = stretches.find(([, to]) => (isCommit ? to > reached : to >= reached));
    placeOf.set(entry, stretch === undefined ? reached : Math.max(stretch[0], reached));
    if (stretch === undefined && stretches.length > 0 && latest !== undefined) {
      violations.push(`stands in the log before what had returned when it was invoked: ${lineOf(entry)}\n  and before: ${lineOf(latest)}`);
    }
  }
}

function same(a: Result, b: Result | undefined): boolean {
  return text(a) === text(b);
}

function text(result: Result | undefined): string {
  return JSON.stringify(result) ?? "nothing";
}
