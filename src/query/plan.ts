import { samePath } from "../base/path.js";
import type { ConditionNode } from "../condition/node.js";
import { SortedIndex } from "../index/sorted-index.js";
import type { Stretch } from "../index/sorted-index.js";
import type { TableState } from "../state/table-state.js";
import type { Access } from "./access.js";
import { chooseAccess, remaining, sortedRanges } from "./choose-access.js";
import { isWorthwhile } from "./cost.js";
import { factsOf } from "./facts.js";
import type { OrderTerm, Query } from "./query.js";

/** How a query will find its records and put them in order. Valid until the next change of the table. */
export interface Plan {
  /** The way to the candidates; undefined means a scan. */
  readonly access: Access | undefined;
  /** What is still to be tested on each candidate. All of the condition where the order comes from an index. */
  readonly residual: readonly ConditionNode[];
  /** The order asked for, with the primary key at its end; undefined where no order matters. */
  readonly order: readonly OrderTerm[] | undefined;
  /** Reads the records in order, so that nothing is sorted and a limit stops early. */
  readonly ordered: OrderedScan | undefined;
}

/** A stretch of a sorted index that yields its records in the order asked for. */
export interface OrderedScan {
  readonly index: SortedIndex;
  readonly stretch: Stretch;
  readonly candidates: number;
  readonly descending: boolean;
  readonly residual: readonly ConditionNode[];
}

/** Plans a query on the current state of a table. The plan is never wrong, only more or less fast: what is not answered by an index is tested. */
export function planQuery(query: Query, state: TableState): Plan {
  const { node } = query.filter;
  const choice = node && chooseAccess(node, state);
  const order = totalOrder(query, state.definition.primaryKey);
  const ordered = order && chooseOrderedScan(order, query, state, choice?.access);
  const residual = node === undefined ? [] : choice === undefined ? conjuncts(node) : remaining(node, choice);
  if (choice === undefined || node === undefined || isWorthwhile(choice.access, residual, node, state.size))
    return { access: choice?.access, residual, order, ordered };
  return { access: undefined, residual: conjuncts(node), order, ordered };
}

/** Law 7: wherever a limit or an offset makes order matter, ties, and rows without any order, come in primary-key order. */
function totalOrder({ order, limit, offset }: Query, primaryKey: string): readonly OrderTerm[] | undefined {
  if (order.length === 0 && limit === undefined && offset === 0) return undefined;
  const byKey: OrderTerm = { path: [primaryKey], descending: false };
  // What comes behind the primary key decides nothing.
  const key = order.findIndex(({ path }) => samePath(path, byKey.path));
  return key < 0 ? [...order, byKey] : order.slice(0, key + 1);
}

function chooseOrderedScan(
  order: readonly OrderTerm[],
  query: Query,
  state: TableState,
  access: Access | undefined,
): OrderedScan | undefined {
  if (access?.kind === "key") return undefined;
  const scan = bestOrderedScan(order, query.filter.node, state);
  if (scan === undefined) return undefined;
  const unordered = access?.candidates ?? state.size;
  if (query.limit === undefined) return scan.candidates <= unordered ? scan : undefined;
  // To fill the limit, the ordered scan passes over records that do not match; how many is told by how selective the other way is.
  const wanted = query.limit + query.offset;
  const visited = unordered === 0 ? 0 : Math.min(scan.candidates, (wanted * scan.candidates) / Math.min(unordered, scan.candidates));
  return visited <= unordered ? scan : undefined;
}

function bestOrderedScan(order: readonly OrderTerm[], node: ConditionNode | undefined, state: TableState): OrderedScan | undefined {
  const terms = withoutKey(order, state.definition.primaryKey);
  const descending = terms[0]?.descending ?? false;
  if (terms.some((term) => term.descending !== descending)) return undefined;
  const nodes = node === undefined ? [] : conjuncts(node);
  const facts = factsOf(nodes);
  let best: OrderedScan | undefined;
  for (const index of state.indexesOn([...facts, ...terms.slice(0, 1)])) {
    if (!(index instanceof SortedIndex)) continue;
    const { fields } = index.definition;
    if (fields.length < terms.length) continue;
    const { ranges, answers, depth } = sortedRanges(index, facts);
    // Fields that the condition fixes to one value do not disturb the order of those behind them.
    const fixed: number = ranges === undefined || ranges.length !== 1 ? 0 : Math.min(depth, fields.length - terms.length);
    if (fields.length - fixed !== terms.length || !terms.every(({ path }, i) => samePath(path, fields[fixed + i]!))) continue;
    const [only, ...others] = ranges ?? [];
    const usable = only !== undefined && others.length === 0;
    const stretch = usable ? index.locate(only) : index.whole;
    const candidates = index.count(stretch);
    if (best !== undefined && best.candidates <= candidates) continue;
    const residual = usable ? nodes.filter((inner) => !answers.includes(inner)) : nodes;
    best = { index, stretch, candidates, descending, residual };
  }
  return best;
}

/** The order without the ascending primary key at its end, which a sorted index gives for free. */
function withoutKey(order: readonly OrderTerm[], primaryKey: string): readonly OrderTerm[] {
  const last = order[order.length - 1]!;
  return samePath(last.path, [primaryKey]) && !last.descending ? order.slice(0, -1) : order;
}

function conjuncts(node: ConditionNode): readonly ConditionNode[] {
  return node.op === "and" ? node.conditions : [node];
}
