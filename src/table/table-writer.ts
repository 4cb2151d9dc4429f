import { checkOptions, isBoolean, isOneOf, isPositiveCount } from "../base/arguments.js";
import type { OptionChecks } from "../base/arguments.js";
import { isList } from "../base/shape.js";
import type { Key } from "../base/value.js";
import type { WriteSource } from "../transaction/table-source.js";
import { planClear, planDelete } from "./delete.js";
import { planInsert, planInsertOne } from "./insert.js";
import { readChanges } from "./records.js";
import type { RecordOptions } from "./records.js";
import { TableReader } from "./table-reader.js";
import { readTarget } from "./target.js";
import { planUpdate } from "./update.js";
import type { Changer } from "./update.js";
import { planUpsert } from "./upsert.js";
import type { OnConflict } from "./upsert.js";
import type { UpsertResult } from "./types/table-writer.js";

const insertOptions: OptionChecks = { batchSize: isPositiveCount, skipValidation: isBoolean };
const upsertOptions: OptionChecks = { onConflict: isOneOf("update", "replace", "ignore", "error") };

/** The reading verbs, and those that change records: of a table itself, or of one within a transaction. */
export class TableWriter extends TableReader {
  readonly #source: WriteSource;
  readonly #options: RecordOptions;

  constructor(source: WriteSource, options: RecordOptions) {
    super(source);
    this.#source = source;
    this.#options = options;
  }

  insert(records: unknown, options?: { batchSize?: number; skipValidation?: boolean }): Key | Key[] {
    if (options !== undefined) checkOptions("insert()", options, insertOptions);
    const { context } = this.#source;
    const recordOptions = options?.skipValidation === true ? { ...this.#options, skipValidation: true } : this.#options;
    return isList(records)
      ? this.#source.write("insert()", (view) => planInsert("insert()", records, view, context, recordOptions))
      : this.#source.write("insert()", (view) => planInsertOne("insert()", records, view, context, recordOptions));
  }

  upsert(records: unknown, options?: { onConflict?: OnConflict }): UpsertResult<Key> | UpsertResult<Key>[] {
    if (options !== undefined) checkOptions("upsert()", options, upsertOptions);
    const many = isList(records);
    const sources: readonly unknown[] = many ? records : [records];
    const onConflict = options?.onConflict ?? "update";
    const { context } = this.#source;
    const results = this.#source.write("upsert()", (view) =>
      planUpsert("upsert()", sources, many, onConflict, view, context, this.#options),
    );
    return many ? results : results[0]!;
  }

  update(changes: unknown, target: unknown): number {
    const { context } = this.#source;
    const changer = typeof changes === "function" ? (changes as Changer) : readChanges("update()", changes, context);
    const wanted = readTarget("update()", target, context);
    return this.#source.write("update()", (view) => planUpdate("update()", changer, wanted, view, context, this.#options));
  }

  delete(target: unknown): number {
    const { context } = this.#source;
    const wanted = readTarget("delete()", target, context);
    return this.#source.write("delete()", (view) => planDelete("delete()", wanted, view, context));
  }

  clear(): number {
    const { context } = this.#source;
    return this.#source.write("clear()", (view) => planClear(view, context));
  }
}
