import { samePath } from "../base/path.js";
import type { StoredRecord } from "../base/value.js";
import { toTest } from "../condition/evaluate.js";
import type { Test } from "../condition/evaluate.js";
import type { Predicate } from "../condition/filter.js";
import type { ConditionNode } from "../condition/node.js";
import type { ImageSource } from "../state/overlay.js";
import type { TableState } from "../state/table-state.js";
import type { TableView } from "../state/table-view.js";
import { makeScan } from "./compile-scan.js";
import { planQuery } from "./plan.js";
import type { OrderedScan, Plan } from "./plan.js";
import type { OrderTerm, Query } from "./query.js";
import { recordOrder, sortRecords } from "./sort.js";
import type { RecordOrder } from "./sort.js";

/**
 * The stored records that a query asks for, in its order, before projection and copying; `distinct` is left to the caller, who passes the query
 * without limit and offset then.
 */
export function findRecords(view: TableView, query: Query): StoredRecord[] {
  view.noteFilter(query.filter);
  const plan = planQuery(query, view.state);
  const end = query.limit === undefined ? Infinity : query.limit + query.offset;
  const found =
    end === 0 ? [] : plan.ordered ? findOrdered(view, query, plan.ordered, plan.order!, end) : findAndSort(view, query, plan, end);
  return query.offset > 0 || found.length > end ? found.slice(query.offset, end) : found;
}

/** The records of a view that pass a filter, in no order. */
export function matchingRecords(view: TableView, query: Pick<Query, "filter">): StoredRecord[] {
  return findRecords(view, { ...unordered, filter: query.filter });
}

const unordered = { order: [], limit: undefined, offset: 0, distinct: false, projection: undefined, copy: false };

function findAndSort(view: TableView, query: Query, plan: Plan, end: number): StoredRecord[] {
  const { overlay, state } = view;
  const { order } = plan;
  const inOrder = order === undefined || comesInOrder(plan, view);
  const found = candidates(view, plan, query, inOrder && query.filter.predicate === undefined ? end : Infinity);
  if (overlay !== undefined) addOverlay(found, overlay, query);
  if (inOrder) return found;
  return sortRecords(found, recordOrder(order, state.definition.primaryKey), Math.min(end, found.length));
}

/** The records of the table itself that match and are not overlaid; no more than `limit`, where that is finite. */
function candidates(view: TableView, { access, residual }: Plan, { filter }: Query, limit: number): StoredRecord[] {
  const { overlay, state } = view;
  let found: StoredRecord[];
  if (access === undefined) {
    if (filter.predicate !== undefined && residual.length === 0) return scanBy(filter.predicate, view);
    found = makeScan(residual, state.size)(state.records, limit);
  } else {
    const { records } = state;
    found = [];
    for (const slot of access.slots()) found.push(records[slot]!);
    if (residual.length > 0) found = makeScan(residual, found.length)(found, Infinity);
  }
  if (overlay !== undefined && overlay.size > 0) found = found.filter((record) => !overlay.has(state.keyOf(record)));
  const { predicate } = filter;
  return predicate === undefined ? found : found.filter((record) => predicate(record) === true);
}

/** A scan by the caller's own test alone. */
function scanBy(predicate: Predicate, { overlay, state }: TableView): StoredRecord[] {
  const found: StoredRecord[] = [];
  for (const record of state.records) {
    if (record !== undefined && overlay?.has(state.keyOf(record)) !== true && predicate(record) === true) found.push(record);
  }
  return found;
}

function addOverlay(found: StoredRecord[], overlay: ImageSource, query: Query): void {
  const test = filterTest(query);
  for (const record of overlay.records()) if (test(record)) found.push(record);
}

/** Reads a stretch of a sorted index in order and stops at the limit; records of the overlay are merged in where they belong. */
function findOrdered(view: TableView, query: Query, scan: OrderedScan, terms: readonly OrderTerm[], end: number): StoredRecord[] {
  const { overlay, state } = view;
  const order = recordOrder(terms, state.definition.primaryKey);
  const ahead = overlay === undefined ? [] : overlaid(overlay, query, order);
  const test = allOf(scan.residual, query.filter.predicate);
  const found: StoredRecord[] = [];
  let next = 0;
  scan.index.forEach(scan.stretch, scan.descending, (slot) => {
    const record = state.records[slot]!;
    if (overlay?.has(state.keyOf(record)) === true || !test(record)) return true;
    while (next < ahead.length && found.length < end && order(ahead[next]!, record) < 0) found.push(ahead[next++]!);
    if (found.length < end) found.push(record);
    return found.length < end;
  });
  while (next < ahead.length && found.length < end) found.push(ahead[next++]!);
  return found;
}

function overlaid(overlay: ImageSource, query: Query, order: RecordOrder): StoredRecord[] {
  return [...overlay.records()].filter(filterTest(query)).sort(order);
}

/** Whether the candidates of a plan come in the order asked for, if one was, so that nothing is left to sort. */
export function comesInOrder({ access, order }: Plan, { overlay, state }: TableView): boolean {
  return order === undefined || (isKeyOrder(order, state) && access === undefined && (overlay?.size ?? 0) === 0);
}

/** Whether slots stand in the order asked for. */
function isKeyOrder(order: readonly OrderTerm[], state: TableState): boolean {
  const [first] = order;
  return state.inKeyOrder && order.length === 1 && !first!.descending && samePath(first!.path, [state.definition.primaryKey]);
}

/** The whole filter as one test. */
export function filterTest({ filter }: Pick<Query, "filter">): Test {
  return allOf(filter.node === undefined ? [] : [filter.node], filter.predicate);
}

function allOf(nodes: readonly ConditionNode[], predicate: Predicate | undefined): Test {
  const tests = nodes.map(toTest);
  return (record) => tests.every((test) => test(record)) && (predicate === undefined || predicate(record) === true);
}
