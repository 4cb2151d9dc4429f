import type { FieldName } from "../../base/record-types.js";

declare const record: unique symbol;

/** One sort key, made from a field: `users.fields.address.city.desc()`. */
export interface Order<in out T> {
  /** Ties a sort key to its record type; exists for the compiler only. */
  readonly [record]?: (record: T) => T;
  /** The way from the record to the field. */
  readonly path: readonly string[];
  readonly descending: boolean;
}

/** A sort key: a top-level field's name, with "-" in front for descending order, or a field's own `asc()` or `desc()`. */
export type OrderBy<T> = FieldName<T> | `-${FieldName<T>}` | Order<T>;
