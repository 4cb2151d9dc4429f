import type { CallSite } from "../base/arguments.js";
import type { TableSchema } from "./types.js";

/** The fields of something that need not be storable. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a table asks of its records. */
export interface Schema {
  /** The descriptors as they were given plus the key's own, frozen; undefined when the schema is code (a Standard Schema). */
  readonly descriptors: Readonly<Record<string, string>> | undefined;

  /** What the user sees as the table's schema: the descriptors, or the Standard Schema itself. */
  readonly source: TableSchema;

  /**
   * The record to store: the very same object when the schema is descriptors, else a new one (a Standard Schema may add defaults or convert).
   * `record` itself is never changed. A new one was made by foreign code: copy and check it before it is stored.
   *
   * @param record for descriptors one that is storable; for a Standard Schema whatever the caller gave
   * @throws SchemaValidationError which lists everything that does not fit
   */
  validate(record: unknown, table: string, where: CallSite): Fields;
}
