import { compareKeys } from "../base/order.js";
import type { Key, StoredRecord } from "../base/value.js";
import { pause } from "./steps.js";

/** How many records are sorted, merged or passed on at a time: a few milliseconds of work at most. */
const batchSize = 8_192;

/** A piece of a list of records, or a place where others may run. */
export type Batches = Iterable<readonly StoredRecord[] | typeof pause>;

/**
 * Records in the order of their keys.
 * @param records may have holes
 * @param inOrder whether they are in order already
 */
export function* inKeyOrder(records: readonly (StoredRecord | undefined)[], primaryKey: string, inOrder: boolean): Batches {
  if (inOrder) {
    for (let start = 0; start < records.length; start += batchSize) yield present(records.slice(start, start + batchSize));
    return;
  }
  const key = (record: StoredRecord): Key => record[primaryKey] as Key;
  const compare = (a: StoredRecord, b: StoredRecord): number => compareKeys(key(a), key(b));
  let runs: StoredRecord[][] = [];
  for (let start = 0; start < records.length; start += batchSize) {
    runs.push(present(records.slice(start, start + batchSize)).sort(compare));
    yield pause;
  }
  while (runs.length > 1) {
    const merged: StoredRecord[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(i + 1 < runs.length ? yield* merge(runs[i]!, runs[i + 1]!, compare) : runs[i]!);
    runs = merged;
  }
  const [sorted = []] = runs;
  for (let start = 0; start < sorted.length; start += batchSize) yield sorted.slice(start, start + batchSize);
}

function* merge(
  a: readonly StoredRecord[],
  b: readonly StoredRecord[],
  compare: (a: StoredRecord, b: StoredRecord) => number,
): Generator<typeof pause, StoredRecord[]> {
  const merged: StoredRecord[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    merged.push(compare(a[i]!, b[j]!) <= 0 ? a[i++]! : b[j++]!);
    if (merged.length % batchSize === 0) yield pause;
  }
  while (i < a.length) merged.push(a[i++]!);
  while (j < b.length) merged.push(b[j++]!);
  return merged;
}

function present(records: readonly (StoredRecord | undefined)[]): StoredRecord[] {
  return records.filter((record) => record !== undefined);
}
