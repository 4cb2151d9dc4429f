import { lineOf, otherTable, tableNames } from "./operation.js";
import type { Operation, Recorded, Result, TableName } from "./operation.js";
import { PlainStore } from "./plain-store.js";
import type { Rows } from "./plain-store.js";

/** What a search found: an order that explains the history, or that there is none, or that it gave up. */
export type Verdict = "linearizable" | { readonly violation: string } | "too long";

/** How many states a search visits before it gives up. */
const patience = 2_000_000;

/**
 * Looks for an order of the operations in which each has its effect at one moment between its invocation and its return: the search of Wing and
 * Gong (Testing and verifying concurrent objects, 1993) with the memory of Lowe (Testing for linearizability, 2017), which visits no pair of
 * "what is done" and "what the tables hold" twice. It knows times and results only, never a seq.
 *
 * An operation that never returned may have happened at any time after its invocation, or not at all.
 *
 * @param history each thread's operations must not overlap
 */
export function checkBlackBox(history: readonly Recorded[], start?: Rows): Verdict {
  for (const part of partition(history)) {
    const verdict = search(part, start);
    if (verdict !== "linearizable") return verdict;
  }
  return "linearizable";
}

/** One step of the search: which thread's operation came next, and how to take it back. */
interface Step {
  readonly candidates: readonly number[];
  tried: number;
  thread: number;
  undo: (() => void) | undefined;
}

function search(history: readonly Recorded[], start: Rows | undefined): Verdict {
  const threads = byThread(history);
  const store = new PlainStore(start);
  // Each thread's operations come one after the other, so what is done of them is a number.
  const done = threads.map(() => 0);
  const total = history.filter(({ result }) => result !== undefined).length;
  const seen = new Set<string>();
  const steps: Step[] = [];
  let completed = 0;
  let furthest = { completed: -1, waiting: [] as Recorded[] };
  let visited = 0;
  const enter = (): void => {
    const candidates = candidatesOf(threads, done);
    if (completed > furthest.completed) furthest = { completed, waiting: candidates.map((i) => threads[i]![done[i]!]!) };
    steps.push({ candidates, tried: 0, thread: -1, undo: undefined });
  };
  const retreat = (step: Step): void => {
    if (step.undo === undefined) return;
    step.undo();
    step.undo = undefined;
    done[step.thread]!--;
    if (threads[step.thread]![done[step.thread]!]!.result !== undefined) completed--;
  };
  enter();
  while (completed < total) {
    const step = steps.at(-1);
    if (step === undefined) return { violation: report(furthest, total) };
    retreat(step);
    const thread = step.candidates[step.tried++];
    if (thread === undefined) {
      steps.pop();
      continue;
    }
    const entry = threads[thread]![done[thread]!]!;
    const { result, writes } = store.ask(entry.operation, entry.result);
    if (entry.result !== undefined && !isSame(result, entry.result)) continue;
    step.thread = thread;
    step.undo = store.apply(writes);
    done[thread]!++;
    if (entry.result !== undefined) completed++;
    const state = `${done.join()}:${store.hash}`;
    if (seen.has(state)) continue; // the next turn takes it back
    seen.add(state);
    if (++visited > patience) return "too long";
    enter();
  }
  return "linearizable";
}

/** The threads whose next operation may come first: those invoked before any next operation returned. */
function candidatesOf(threads: readonly (readonly Recorded[])[], done: readonly number[]): number[] {
  let firstReturn = Infinity;
  for (const [i, entries] of threads.entries()) firstReturn = Math.min(firstReturn, entries[done[i]!]?.return ?? Infinity);
  return threads.flatMap((entries, i) => {
    const next = entries[done[i]!];
    return next !== undefined && next.invoke <= firstReturn ? [i] : [];
  });
}

function byThread(history: readonly Recorded[]): Recorded[][] {
  const threads = new Map<number, Recorded[]>();
  for (const entry of [...history].sort((a, b) => a.invoke - b.invoke)) {
    const entries = threads.get(entry.thread);
    if (entries === undefined) threads.set(entry.thread, [entry]);
    else if (entries.at(-1)!.return < entry.invoke) entries.push(entry);
    else throw new Error(`a thread did two things at once: ${lineOf(entries.at(-1)!)}\n${lineOf(entry)}`);
  }
  return [...threads.values()];
}

function report({ completed, waiting }: { completed: number; waiting: readonly Recorded[] }, total: number): string {
  return `no order explains more than ${completed} of ${total} results; after these, none fits of:\n  ${waiting.map(lineOf).join("\n  ")}`;
}

function isSame(a: Result, b: Result): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Splits a history into parts that touch no record in common: a whole is linearizable when its parts are (Herlihy and Wing, 1990). */
export function partition(history: readonly Recorded[]): Recorded[][] {
  const groups = new Groups();
  const places = history.map((entry) => placesOf(entry.operation, entry.result));
  for (const names of places) for (const name of names) groups.join(names[0]!, name);
  for (const table of tableNames) {
    if (!places.some((names) => names.includes(table))) continue;
    for (const name of places.flat()) if (name.startsWith(table)) groups.join(table, name);
  }
  const parts = new Map<string, Recorded[]>();
  for (const [i, entry] of history.entries()) {
    const root = groups.rootOf(places[i]![0]!);
    const part = parts.get(root);
    if (part === undefined) parts.set(root, [entry]);
    else part.push(entry);
  }
  return [...parts.values()];
}

/** What an operation depends on: a table as a whole, one of its records (`left 3`), its unique index, or its counter of keys. */
function placesOf(operation: Operation, result: Result | undefined): string[] {
  const record = (table: TableName, key: number): string => `${table} ${key}`;
  switch (operation.verb) {
    case "get":
    case "set":
    case "add":
    case "delete":
      return [record(operation.table, operation.key)];
    case "upsert":
      // It may be what raises the counter of keys.
      return [record(operation.table, operation.item.id), `${operation.table} counter`];
    case "insert": {
      const { table, item } = operation;
      const key = item.id ?? result;
      return typeof key === "number" ? [record(table, key), `${table} counter`] : [table];
    }
    case "move":
    case "copy":
      return [record(operation.from, operation.source), record(otherTable(operation.from), operation.target)];
    case "tag":
    case "set where":
    case "add where":
    case "delete where":
    case "select":
    case "count":
      return [operation.table];
    case "pair":
    case "totals":
      return [...tableNames];
  }
}

/** Names that belong together. */
class Groups {
  readonly #parents = new Map<string, string>();

  rootOf(name: string): string {
    let root = name;
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root)) root = parent;
    return root;
  }

  join(a: string, b: string): void {
    const [rootA, rootB] = [this.rootOf(a), this.rootOf(b)];
    if (rootA !== rootB) this.#parents.set(rootB, rootA);
  }
}
