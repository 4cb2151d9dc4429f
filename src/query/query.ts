import type { Filter } from "../condition/filter.js";
import type { Path } from "../base/path.js";

/** A place in the order of results. */
export interface OrderTerm {
  readonly path: Path;
  readonly descending: boolean;
}

/** What a projection gives: for each name in the result, the field it comes from. */
export type Projection = readonly { readonly alias: string; readonly field: string }[];

/** A question to one table, read from the caller's options and checked. */
export interface Query {
  readonly filter: Filter;
  readonly order: readonly OrderTerm[];
  readonly limit: number | undefined;
  readonly offset: number;
  readonly distinct: boolean;
  readonly projection: Projection | undefined;
  readonly copy: boolean;
}
