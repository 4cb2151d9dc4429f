import type { ReadonlyRecord } from "../base/immutable.js";
import type { FieldName, FieldValue } from "../base/record-types.js";
import type { OneOrMore, Simplify } from "../base/type-level.js";
import type { OrderBy } from "../condition/types/order.js";
import type { Where } from "../condition/types/where.js";

/** The columns of a result: field names, or the wanted name of each with the field's name: `{ who: "name" }`. */
export type Columns<T> = readonly FieldName<T>[] | { readonly [alias: string]: FieldName<T> };

/** What `select`, `first` and `iterate` take. */
export interface SelectOptions<T, C extends Columns<T> | undefined = undefined, Copy extends boolean | undefined = true> {
  /** Only these fields; one that a record lacks comes back as null. Default: whole records. */
  columns?: C;
  /** Which records; default: all. */
  where?: Where<T> | undefined;
  /** Sort keys, the most significant first; ties come in primary-key order. Default: no promised order, or primary-key order with `limit` or `offset`. */
  orderBy?: OneOrMore<OrderBy<T>> | undefined;
  /** At most this many results, from 0 on. */
  limit?: number | undefined;
  /** How many results to leave out at the start. */
  offset?: number | undefined;
  /** Leaves out results that equal an earlier one, before `limit` and `offset` count. */
  distinct?: boolean | undefined;
  /** false hands out the stored records themselves, read-only and never changed afterwards, which saves copying. Default: true. */
  copy?: Copy | undefined;
}

/** One result of `select` with these columns and this `copy`. */
export type Selected<T, C, Copy> = Handed<Projected<T, C>, Copy>;

/** A record as it is handed out: the caller's own copy (the default), or the stored one, read-only. */
export type Handed<R, Copy> = [Copy] extends [true | undefined] ? R : ReadonlyRecord<R>;

type Projected<T, C> = [C] extends [undefined]
  ? T
  : C extends readonly (infer F extends string)[]
    ? number extends C["length"]
      ? Partial<Listed<T, F>>
      : Listed<T, F>
    : C extends { readonly [alias: string]: string }
      ? { -readonly [A in keyof C]: FieldValue<T, C[A]> }
      : T;

/** These fields of the record. */
type Listed<T, F extends string> = string extends keyof T
  ? // oxlint-disable-next-line typescript/no-explicit-any -- the fields are not known
    { [P in F]: any }
  : T extends unknown
    ? Simplify<Pick<T, F & keyof T>>
    : never;

/** One figure of `aggregate`, as `count()`, `sum("amount")`, `avg`, `min` and `max` describe it: frozen data. */
export interface Aggregate<Op extends AggregateOperation = AggregateOperation, F extends string | undefined = string | undefined> {
  readonly op: Op;
  /** The top-level field that is aggregated; undefined in `count()`, which counts records. */
  readonly field: F;
}

/** What can be computed from the values of a field. */
export type AggregateOperation = "count" | "sum" | "avg" | "min" | "max";

/** The figures that fit a record: sums and averages of numeric fields, the others of any field. */
export type AggregateOf<T> =
  | Aggregate<"count", undefined>
  | Aggregate<"count" | "min" | "max", FieldName<T>>
  | Aggregate<"sum" | "avg", NumericName<T>>;

/** The figures that are wanted, by the names they get in the result. */
export interface AggregateSpec<T> {
  readonly [name: string]: AggregateOf<T>;
}

type NumericName<T> = string extends keyof T
  ? string
  : { [F in FieldName<T>]: [Extract<FieldValue<T, F>, number | bigint>] extends [never] ? never : F }[FieldName<T>];

type AggregateValue<T, A> =
  A extends Aggregate<infer Op, infer F>
    ? Op extends "count"
      ? number
      : Op extends "avg"
        ? number | null
        : Op extends "sum"
          ? Extract<FieldValue<T, F & string>, number | bigint> | null
          : NonNullable<FieldValue<T, F & string>> | null
    : never;

/** One row of `aggregate`: the fields it was grouped by, and the figures. A figure over no values is null, a count 0. */
export type AggregateRow<T, A, G> = Simplify<
  Listed<T, G extends readonly (infer F)[] ? F & string : G & string> & { -readonly [N in keyof A]: AggregateValue<T, A[N]> }
>;

/** What `aggregate` takes besides the figures. */
export interface AggregateOptions<T, A, G> {
  /** Which records; default: all. */
  where?: Where<T> | undefined;
  /** One row for each distinct value of this field, or combination of values of these fields. */
  groupBy?: G;
  /** Which rows to keep. Like `orderBy` and `limit` only with `groupBy`: without it there is one row. */
  having?: ((row: AggregateRow<T, A, G>) => boolean | null | undefined) | undefined;
  /** Sort keys among the row's names, with "-" in front for descending order. */
  orderBy?: OneOrMore<OrderByName<AggregateRow<T, A, G>>> | undefined;
  /** At most this many rows, from 0 on. */
  limit?: number | undefined;
}

type OrderByName<Row> = FieldName<Row> | `-${FieldName<Row>}`;

/** How a query finds and orders its records, and how much work that is. */
export interface Explanation {
  /** "key": by primary key; "index": one index; "union": several indexes, for an `or`; "scan": every record. */
  readonly access: "key" | "index" | "union" | "scan";
  /** The fields of the index that finds the records or puts them in order, `"dept, salary"`; several indexes are separated by `" | "`. */
  readonly index: string | null;
  /** Whether the order comes from an index, from sorting, or was not asked for or comes for free. */
  readonly order: "index" | "sort" | "none";
  /** How many records are looked at, at most. */
  readonly candidates: number;
  /** How many records the query gives; of `distinct` rows, how many rows. */
  readonly matched: number;
}
