import { classOf, compareValues } from "../base/order.js";
import { getter } from "../base/path.js";
import type { Path } from "../base/path.js";
import { tokenOf } from "../base/token.js";
import type { Token } from "../base/token.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { ConditionNode } from "../condition/node.js";
import type { Bound } from "../index/sorted-index.js";
import { factsOf } from "../query/facts.js";
import type { ElementFact, Fact } from "../query/facts.js";
import { absent } from "../state/overlay.js";
import type { ChangedImages } from "../state/overlay.js";
import type { TableState } from "../state/table-state.js";

/** Records among which all are that a condition can match, by their positions. */
interface Candidates {
  readonly count: number;
  readonly positions: () => Iterable<number>;
}

/** What one field holds in all records. */
interface Column {
  readonly sorted: { readonly values: readonly unknown[]; readonly positions: readonly number[] };
  elements: ReadonlyMap<Token, readonly number[]> | undefined;
}

/**
 * The records of one table that were changed since a moment, each as it was and as it is. Where many conditions are to be held against them, what the
 * records have in a field is put in order once, so that each condition looks only at those that it can match.
 */
export class ChangedRecords {
  readonly records: readonly StoredRecord[];
  readonly #keys: readonly Key[];
  readonly #columns = new Map<string, Column>();

  constructor(changed: ChangedImages, state: TableState) {
    const records: StoredRecord[] = [];
    const keys: Key[] = [];
    for (const [key, image] of changed.images()) {
      for (const record of [image === absent ? undefined : image, state.get(key)]) {
        if (record === undefined) continue;
        records.push(record);
        keys.push(key);
      }
    }
    this.records = records;
    this.#keys = keys;
  }

  keyAt(position: number): Key {
    return this.#keys[position]!;
  }

  /** The positions of records among which all are that a condition matches; all of them, where nothing better is known. */
  candidates(node: ConditionNode): Iterable<number> {
    return this.#candidates(node)?.positions() ?? this.records.keys();
  }

  /** undefined where nothing is known of what matches. */
  #candidates(node: ConditionNode): Candidates | undefined {
    if (node.op === "or") {
      const branches: Candidates[] = [];
      for (const inner of node.conditions) {
        const branch = this.#candidates(inner);
        if (branch === undefined) return undefined;
        branches.push(branch);
      }
      return union(branches);
    }
    const nodes = node.op === "and" ? node.conditions : [node];
    let best: Candidates | undefined;
    const offer = (candidates: Candidates | undefined): void => {
      if (candidates !== undefined && candidates.count < (best?.count ?? Infinity)) best = candidates;
    };
    for (const fact of factsOf(nodes)) offer(this.#matching(fact));
    for (const inner of nodes) if (inner.op === "or" || inner.op === "and") offer(this.#candidates(inner));
    return best;
  }

  #matching(fact: Fact): Candidates {
    const column = this.#column(fact.path);
    switch (fact.kind) {
      case "points":
        return union(fact.values.map((value) => stretch(column, { value, inclusive: true }, { value, inclusive: true })));
      case "range":
        return stretch(column, fact.low, fact.high);
      case "element":
        return union([this.#withElement(column, fact), textsOf(column)]);
    }
  }

  #column(path: Path): Column {
    const name = path.length === 1 ? path[0]! : JSON.stringify(path);
    let column = this.#columns.get(name);
    if (column === undefined) {
      const read = getter(path);
      const found = this.records.map(read);
      const positions = [...found.keys()].sort((a, b) => compareValues(found[a], found[b]));
      column = { sorted: { values: positions.map((position) => found[position]), positions }, elements: undefined };
      this.#columns.set(name, column);
    }
    return column;
  }

  #withElement(column: Column, { value }: ElementFact): Candidates {
    column.elements ??= elementsOf(column);
    const positions = column.elements.get(tokenOf(value)) ?? [];
    return { count: positions.length, positions: () => positions };
  }
}

function elementsOf({ sorted: { values, positions } }: Column): Map<Token, number[]> {
  const elements = new Map<Token, number[]>();
  for (const [i, value] of values.entries()) {
    if (!Array.isArray(value)) continue;
    for (const token of new Set(value.map(tokenOf))) {
      const known = elements.get(token);
      if (known === undefined) elements.set(token, [positions[i]!]);
      else known.push(positions[i]!);
    }
  }
  return elements;
}

/** A text may contain another one. */
function textsOf(column: Column): Candidates {
  return stretch(column, { value: "", inclusive: true }, undefined);
}

/** The records whose values lie between two bounds, of which at least one is given, and are of its class. */
function stretch({ sorted: { values, positions } }: Column, low: Bound | undefined, high: Bound | undefined): Candidates {
  const wanted = classOf((low ?? high)!.value);
  const isBelow = (value: unknown): boolean => {
    if (low === undefined) return classOf(value) < wanted;
    const difference = compareValues(value, low.value);
    return difference < 0 || (difference === 0 && !low.inclusive);
  };
  const isNotAbove = (value: unknown): boolean => {
    if (high === undefined) return classOf(value) <= wanted;
    const difference = compareValues(value, high.value);
    return difference < 0 || (difference === 0 && high.inclusive);
  };
  const from = firstWithout(values, isBelow);
  const to = Math.max(from, firstWithout(values, isNotAbove));
  return { count: to - from, positions: () => positions.slice(from, to) };
}

/** The first position whose value does not pass a test, which those before it pass. */
function firstWithout(values: readonly unknown[], test: (value: unknown) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(values[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

function union(parts: readonly Candidates[]): Candidates {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  return {
    count,
    *positions() {
      for (const part of parts) yield* part.positions();
    },
  };
}
