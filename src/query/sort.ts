import { compareKeys, compareValues } from "../base/order.js";
import { getter, samePath } from "../base/path.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { OrderTerm } from "./query.js";

/** Compares two records. */
export type RecordOrder = (a: StoredRecord, b: StoredRecord) => number;

/** The order that some terms ask for. */
export function recordOrder(terms: readonly OrderTerm[], primaryKey: string): RecordOrder {
  const orders = terms.map((term) => termOrder(term, primaryKey));
  const [first, second, third] = orders;
  if (first === undefined) return () => 0;
  if (second === undefined) return first;
  if (third === undefined) return (a, b) => first(a, b) || second(a, b);
  return (a, b) => {
    for (const order of orders) {
      const difference = order(a, b);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

function termOrder({ path, descending }: OrderTerm, primaryKey: string): RecordOrder {
  const sign = descending ? -1 : 1;
  if (samePath(path, [primaryKey])) return (a, b) => sign * compareKeys(a[primaryKey] as Key, b[primaryKey] as Key);
  const read = getter(path);
  return (a, b) => sign * compareValues(read(a), read(b));
}

/**
 * The first `limit` records in order. When that is few of many, a heap of that size holds the best so far: O(n log limit), and only the few are
 * sorted.
 * @param records is sorted in place when it is sorted as a whole
 */
export function sortRecords(records: StoredRecord[], order: RecordOrder, limit = records.length): StoredRecord[] {
  if (limit * 4 >= records.length) return records.sort(order).slice(0, limit);
  if (limit === 0) return [];
  const heap = records.slice(0, limit);
  for (let i = (limit >> 1) - 1; i >= 0; i--) sink(heap, i, order);
  for (let i = limit; i < records.length; i++) {
    const record = records[i]!;
    if (order(record, heap[0]!) >= 0) continue;
    heap[0] = record;
    sink(heap, 0, order);
  }
  return heap.sort(order);
}

/** Restores the heap below one place: no record is smaller than those below it. */
function sink(heap: StoredRecord[], from: number, order: RecordOrder): void {
  const record = heap[from]!;
  let at = from;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && order(heap[child + 1]!, heap[child]!) > 0) child++;
    if (order(heap[child]!, record) <= 0) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = record;
}
