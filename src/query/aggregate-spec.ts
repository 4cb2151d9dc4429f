import { refuse } from "../base/arguments.js";

/** One figure of `aggregate`: what to compute, and of which field. */
export class Aggregate {
  readonly op: "count" | "sum" | "avg" | "min" | "max";
  readonly field: string | undefined;

  constructor(op: Aggregate["op"], field: string | undefined) {
    this.op = op;
    this.field = field;
    Object.freeze(this);
  }
}

/** How many records, or how many that have something other than null in a field. */
export function count(field?: string): Aggregate {
  return new Aggregate("count", field === undefined ? undefined : fieldName("count()", field));
}

/** The exact sum of the numbers in a field, rounded once; null where there are none. Bigints alone give a bigint. */
export function sum(field: string): Aggregate {
  return new Aggregate("sum", fieldName("sum()", field));
}

/** The mean of the numbers in a field; null where there are none. */
export function avg(field: string): Aggregate {
  return new Aggregate("avg", fieldName("avg()", field));
}

/** The lowest value of a field in the total order of values, null and absent aside; null where there are none. */
export function min(field: string): Aggregate {
  return new Aggregate("min", fieldName("min()", field));
}

/** The highest value of a field; see {@link min}. */
export function max(field: string): Aggregate {
  return new Aggregate("max", fieldName("max()", field));
}

function fieldName(where: string, field: unknown): string {
  return typeof field === "string" && field !== "" ? field : refuse(where, "field", "a field name", field);
}
