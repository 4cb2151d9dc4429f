import type { FieldName, KeyField } from "../base/record-types.js";
import type { DescriptorOf, SchemaKey, StandardSchema } from "../schema/types.js";

/** What `getTable` takes besides the schema. */
export interface OpenTableOptions {
  /** true takes this Standard Schema in place of another one that the table has in this thread, instead of throwing. Default: false. */
  replaceSchema?: boolean | undefined;
}

/** What `createTable` takes besides primary key and schema. */
export interface TableOptions extends OpenTableOptions {
  /**
   * true returns the table that has this name already, instead of throwing; what is told of primary key, version field and schema must be true of it.
   * Default: false.
   */
  ifNotExists?: boolean | undefined;
  /** The name of a field that the table maintains itself: the record's version, a number that goes up with each change. Default: none. */
  versionField?: string | undefined;
}

/** A schema for records whose type is given: the record's own fields, or a Standard Schema that yields such records. */
// oxlint-disable-next-line typescript/no-explicit-any -- a schema of any input
export type SchemaFor<T> = { readonly [F in FieldName<T>]?: DescriptorOf<F> } | StandardSchema<any, T>;

/** A schema may come with a named record type; where none is named, the record type comes from the schema, in an overload of its own. */
export type SchemaOption<T> = { schema?: string extends keyof T ? undefined : SchemaFor<T> | undefined };

export type ById<T> = TableOptions & SchemaOption<NoInfer<T>> & { primaryKey?: "id" | undefined };
export type ByName<T, K> = TableOptions & SchemaOption<NoInfer<T>> & { primaryKey: K };
export type BySchema<S, K> = TableOptions & OpenBySchema<S, K>;
export type OpenBySchema<S, K> = OpenTableOptions & { schema?: S } & ("id" extends SchemaKey<S>
    ? { primaryKey?: K | undefined }
    : { primaryKey: K });

declare const untold: unique symbol;

/** Stands for the record type of a call that names none. */
export interface Untold {
  readonly [untold]: never;
}

/**
 * The options of an overload for a named record type. Where none is named there are too few arguments for it: the compiler counts them again when it
 * knows the type parameters, and does not tell of an overload that drops out so. What it tells of is the one overload that was meant.
 */
export type IfTold<T, Options extends unknown[]> = Told<T> extends "no" ? [never, never, never] : Options;

// As long as T depends on a type parameter, the compiler takes this for "yes" where it compares: see Verdict in storable.ts.
type Told<T> = [NotTold<T>] extends [never] ? "yes" : "no";
type NotTold<T> = unknown extends T ? never : T extends Untold ? T : never;

/** The name of a table that is keyed by `id`; where the records have no such key, a type that says why not, in words. */
export type NameById<T> = KeyedById<T> extends "no" ? ReasonAgainst<T> : string;

type KeyedById<T> = [ReasonAgainst<T>] extends [never] ? "yes" : "no";

type ReasonAgainst<T> = unknown extends T
  ? never
  : T extends unknown
    ? string extends keyof T
      ? never
      : "id" extends KeyField<T>
        ? never
        : "id" extends keyof T
          ? undefined extends T["id"]
            ? "field id cannot be left out: only keys that are numbers are assigned"
            : "field id cannot be a key: it must be a string or a number"
          : "there is no field id: name the primary key"
    : never;
