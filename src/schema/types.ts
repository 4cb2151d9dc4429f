/* oxlint-disable typescript/no-explicit-any -- type-level code: `any` stands for a schema of any input and output */
import type { KeyField } from "../base/record-types.js";
import type { AnyRecord } from "../base/value.js";
import type { Unstorable } from "../base/storable.js";
import type { Simplify } from "../base/type-level.js";

interface DescribedTypes {
  string: string;
  number: number;
  integer: number;
  boolean: boolean;
  bigint: bigint;
  date: Date;
  bytes: Uint8Array;
  object: { [field: string]: any };
  any: any;
}

type TypeName = keyof DescribedTypes;
type Plain = TypeName | `${TypeName}[]`;

/**
 * What a field may hold: `"string"`, `"number"`, `"integer"`, `"boolean"`, `"bigint"`, `"date"`, `"bytes"`, `"object"` or `"any"`; then `[]` for an
 * array of it, `|null` if it may be null, `?` if it may be absent, in this order: `"string[]|null?"`.
 */
export type Descriptor = Plain | `${Plain}|null` | `${Plain}?` | `${Plain}|null?`;

/** A schema of descriptors, by field name. Written apart from `createTable` it needs `as const` or `satisfies Descriptors` to keep its words. */
export interface Descriptors {
  readonly [field: string]: Descriptor;
}

/** The type that a descriptor stands for, "?" aside. */
export type Described<D> = D extends `${infer Rest}?`
  ? Described<Rest>
  : D extends `${infer Rest}|null`
    ? Described<Rest> | null
    : D extends `${infer Rest}[]`
      ? Described<Rest>[]
      : D extends TypeName
        ? DescribedTypes[D]
        : never;

/** The records that descriptors describe. */
export type DescribedRecord<D> = Simplify<
  { -readonly [F in keyof D as D[F] extends `${string}?` ? never : F]: Described<D[F]> } & {
    -readonly [F in keyof D as D[F] extends `${string}?` ? F : never]?: Described<D[F]>;
  }
>;

/**
 * A schema of any library that follows Standard Schema (https://standardschema.dev), version 1: zod, valibot, arktype and others. It must work
 * synchronously and accept its own output.
 */
export interface StandardSchema<Input = any, Output = any> {
  readonly "~standard": {
    readonly version: 1;
    /** The name of the schema library. */
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** Never there at run time: carries the types. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a Standard Schema makes of a value: the value as it is to be stored, or what is wrong with it. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[]; readonly value?: unknown };

/** One thing that a Standard Schema found wrong. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A table's schema: descriptors, which are saved and shared with the data, or code of a schema library, which is not. */
export type TableSchema = Descriptors | StandardSchema;

declare const of: unique symbol;

/** The descriptor of a field, whose name is part of the type so that the compiler's message shows it. */
export type DescriptorOf<F> = Descriptor | { readonly [of]: F };

/** What a schema that is inferred as `S` must be. */
export type Schema<S> = StandardSchema | { readonly [F in keyof S]: DescriptorOf<F> };

type InputOf<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["input"];
type OutputOf<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["output"];

/** The name of a table with this schema; where its records have fields that cannot be stored, a type that says so, in words. */
export type SchemaTableName<S> = [S] extends [undefined] ? string : S extends StandardSchema ? NameUnless<Unstorable<OutputOf<S>>> : string;

type NameUnless<Complaint> = [Complaint] extends [never] ? string : Complaint;

/** The names that the primary key of a table with this schema can have. */
export type SchemaKey<S> = [S] extends [undefined] ? string : S extends StandardSchema ? KeyField<OutputOf<S>> & string : string;

/** The records of a table with this schema; a key that descriptors leave out is an integer. */
export type SchemaRecord<S, K extends string> = [S] extends [undefined]
  ? AnyRecord
  : S extends StandardSchema
    ? OutputOf<S>
    : WithKey<DescribedRecord<S>, K>;

/** What a table with this schema takes: the schema's input, in which fields with a default may be absent. */
export type SchemaInput<S, K extends string> = S extends StandardSchema ? InputOf<S> : SchemaRecord<S, K>;

type WithKey<T, K extends string> = K extends keyof T ? T : Simplify<{ [P in K]: number } & T>;
