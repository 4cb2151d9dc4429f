import { refuse } from "../base/arguments.js";
import type { Aggregate, AggregateOperation } from "./types.js";

/** One figure of `aggregate`, made only here. */
class AggregateNode implements Aggregate {
  readonly op: AggregateOperation;
  readonly field: string | undefined;

  constructor(op: AggregateOperation, field: string | undefined) {
    this.op = op;
    this.field = field;
    Object.freeze(this);
  }
}

/** Whether a value was made by `count`, `sum`, `avg`, `min` or `max`. */
export function isAggregate(value: unknown): value is Aggregate {
  return value instanceof AggregateNode;
}

/** How many records there are. */
export function count(): Aggregate<"count", undefined>;
/** How many records have something other than null in this field. */
export function count<F extends string>(field: F): Aggregate<"count", F>;
export function count(field?: string): Aggregate<"count"> {
  return make("count", field, true);
}

/** The exact sum of the numbers in a field, rounded once, so that no order of records shows in it; null where there are none. Bigints alone give a bigint. */
export function sum<F extends string>(field: F): Aggregate<"sum", F> {
  return make("sum", field);
}

/** The mean of the numbers in a field, from their exact sum; null where there are none. */
export function avg<F extends string>(field: F): Aggregate<"avg", F> {
  return make("avg", field);
}

/** The lowest value of a field in the total order of values, null and absent aside; null where there are none. */
export function min<F extends string>(field: F): Aggregate<"min", F> {
  return make("min", field);
}

/** The highest value of a field in the total order of values, null and absent aside; null where there are none. */
export function max<F extends string>(field: F): Aggregate<"max", F> {
  return make("max", field);
}

function make<Op extends AggregateOperation, F extends string | undefined>(op: Op, field: F, optional = false): Aggregate<Op, F> {
  if ((typeof field !== "string" || field === "") && !(optional && field === undefined)) refuse(`${op}()`, "field", "a field name", field);
  return new AggregateNode(op, field) as Aggregate<Op, F>;
}
