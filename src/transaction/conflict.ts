import { ConcurrentModificationError } from "../base/errors.js";
import type { Key } from "../base/value.js";
import { Condition } from "../condition/condition.js";
import type { Filter } from "../condition/filter.js";
import type { Seq } from "../log/commit.js";
import { rowText } from "../replica/row-errors.js";

/** Why a unit of work cannot be committed: something that it rests on is not what it was. */
export interface Conflict {
  /** undefined where it is all of the state, or which tables there are. */
  readonly table: string | undefined;
  /** The record that was changed; undefined where it is the table itself. */
  readonly key: Key | undefined;
  /** By which commit. */
  readonly seq: Seq | undefined;
  /** By what the record had been looked for; undefined where it was read by its key, or written. */
  readonly filter: Filter | undefined;
  /** What has happened, where it is no record that was changed. */
  readonly event: string | undefined;
}

/** What was read is not known any more. */
export const lost: Conflict = stateConflict("what was read is not known any more, since this thread's state was made anew from the log");

/** Something has happened to which tables there are, or to all of the state. */
export function stateConflict(event: string): Conflict {
  return { table: undefined, key: undefined, seq: undefined, filter: undefined, event };
}

/** Something has happened to a table itself. */
export function tableConflict(table: string, event: string): Conflict {
  return { table, key: undefined, seq: undefined, filter: undefined, event: `table ${JSON.stringify(table)} ${event}` };
}

/** A record was changed. */
export function recordConflict(table: string, key: Key, seq: Seq | undefined, filter?: Filter): Conflict {
  return { table, key, seq, filter, event: undefined };
}

export function conflictError(verb: string, { table, key, seq, filter, event }: Conflict): ConcurrentModificationError {
  const by = seq === undefined ? "" : ` by commit ${seq}`;
  const how = filter === undefined ? "" : ", and it is one that this transaction looked for";
  const what = event ?? `${rowText(table!, key!)} was changed`;
  return new ConcurrentModificationError(`${verb}: ${what}${by} after the transaction began${how}`, {
    table,
    key,
    seq,
    condition: filter && conditionOf(filter),
  });
}

function conditionOf({ node, predicate }: Filter): unknown {
  if (predicate !== undefined) return "a function";
  return node === undefined ? "every record" : new Condition(node).toJSON();
}
