import { inspect } from "node:util";
import { checkOptions, isBoolean, refuse } from "../base/arguments.js";
import type { OptionChecks } from "../base/arguments.js";
import { countText } from "../base/describe.js";
import { isDictDBError, RecordNotFoundError } from "../base/errors.js";
import { checkPath, pathText } from "../base/path.js";
import { isInstance } from "../base/shape.js";
import type { Key } from "../base/value.js";
import { everything } from "../condition/filter.js";
import { Field, fieldsOf } from "../condition/field.js";
import { aggregateRows, readAggregate } from "../query/aggregate.js";
import { explainQuery } from "../query/explain.js";
import type { Explanation } from "../query/types.js";
import { matchingRecords } from "../query/find.js";
import { selectRows } from "../query/project.js";
import type { Row } from "../query/project.js";
import type { Query } from "../query/query.js";
import { checkField, readQuery, readTableFilter } from "../query/read-query.js";
import type { IndexDefinition } from "../index/table-index.js";
import type { TableSchema } from "../schema/types.js";
import type { TableView } from "../state/table-view.js";
import type { ReadSource } from "../transaction/table-source.js";
import { iterateRows } from "./iterate.js";
import { checkKey } from "./records.js";

/** The reading verbs of a table: of its current state, or of a snapshot. */
export class TableReader {
  readonly #source: ReadSource;
  #fields: object | undefined;
  #checkedOptions: object | undefined;

  constructor(source: ReadSource) {
    this.#source = source;
  }

  get name(): string {
    return this.#source.context.name;
  }

  get primaryKey(): string {
    return this.#source.context.state.definition.primaryKey;
  }

  get schema(): TableSchema | undefined {
    return this.#source.context.schema?.source;
  }

  get size(): number {
    return this.#source.view().size;
  }

  get fields(): object {
    const { definition } = this.#source.context.state;
    this.#fields ??= fieldsOf((name) => checkField("fields", name, definition));
    return this.#fields;
  }

  field(name: string, ...path: string[]): Field {
    checkField("field()", name, this.#source.context.state.definition);
    return new Field(checkPath("field()", [name, ...path]));
  }

  get(key: Key, options?: { copy?: boolean; mustMatch?: boolean }): Readonly<Record<string, unknown>> | undefined {
    if (options !== undefined && options !== this.#checkedOptions) this.#checkGet(options);
    const view = this.#source.view();
    const record = view.get(key);
    if (record === undefined) return this.#missing(key, options?.mustMatch === true);
    return options?.copy === false ? record : view.copyOf(record);
  }

  has(key: Key): boolean {
    return this.#source.view().get(checkKey("has()", key)) !== undefined;
  }

  count(where?: unknown): number {
    const filter = readTableFilter("count()", where, this.#source.context.state.definition);
    const view = this.#source.view();
    if (where === undefined) return view.size;
    return this.#source.runUserCode("count()", () => matchingRecords(view, { filter }).length);
  }

  all(): Row[] {
    const view = this.#source.view();
    return Array.from(view.records(), (record) => view.copyOf(record));
  }

  copy(): Map<Key, Row> {
    const view = this.#source.view();
    return new Map(Array.from(view.records(), (record) => [view.state.keyOf(record), view.copyOf(record)]));
  }

  select(options?: unknown): Row[] {
    return this.#select(this.#read("select()", options), "select()");
  }

  first(options?: unknown): Row | undefined {
    const query = this.#read("first()", options);
    return this.#select({ ...query, limit: Math.min(query.limit ?? 1, 1) }, "first()")[0];
  }

  iterate(options?: unknown): IterableIterator<Row> {
    return iterateRows(this.#source.view(), this.#read("iterate()", options), this.#source);
  }

  aggregate(figures: unknown, options?: unknown): Row | Row[] {
    const query = readAggregate("aggregate()", figures, options, this.#source.context.state.definition);
    const view = this.#source.view();
    return this.#source.runUserCode("aggregate()", () => aggregateRows(view, query));
  }

  explain(options?: unknown): Explanation {
    const query = this.#read("explain()", options);
    const view = this.#source.view();
    return this.#source.runUserCode("explain()", () => explainQuery(view, query));
  }

  columns(): string[] {
    const view = this.#source.view();
    view.noteFilter(everything); // of which the columns are
    return [...view.state.columns];
  }

  // Who prints a table wants to see it, whatever became of it.
  [inspect.custom](): string {
    const { state } = this.#source.context;
    return `Table ${this.name} { ${state.dropped ? "dropped" : this.#summary()} }`;
  }

  #summary(): string {
    try {
      return this.summary(this.#source.view());
    } catch (error) {
      return isDictDBError(error) ? error.message : "unreadable";
    }
  }

  /** What is worth knowing about the table at a glance. */
  protected summary(view: TableView): string {
    const indexes = view.state.definitions.map(indexText);
    const parts = [countText(view.size, "record"), `key ${this.primaryKey}`];
    if (indexes.length > 0) parts.push(`indexes ${indexes.join(", ")}`);
    return parts.join(", ");
  }

  #read(where: string, options: unknown): Query {
    return readQuery(where, options, this.#source.context.state.definition);
  }

  #select(query: Query, verb: string): Row[] {
    const view = this.#source.view();
    return query.filter.predicate === undefined ? selectRows(view, query) : this.#source.runUserCode(verb, () => selectRows(view, query));
  }

  // Checking options costs more than the look-up, and options are mostly one object used again and again: it is checked once.
  #checkGet(options: object): void {
    checkOptions("get()", options, getOptions);
    this.#checkedOptions = options;
  }

  #missing(key: Key, mustMatch: boolean): undefined {
    checkKey("get()", key);
    if (!mustMatch) return undefined;
    throw new RecordNotFoundError(`get(): table ${JSON.stringify(this.name)} has no record with key ${JSON.stringify(key)}`, {
      table: this.name,
      key,
    });
  }
}

function indexText({ fields, type, unique, multi }: IndexDefinition): string {
  const marks = `${type === "sorted" ? "\u2191" : ""}${multi ? "[]" : ""}${unique ? "!" : ""}`;
  const text = fields.map(pathText).join("+");
  return `${text}${marks}`;
}

const getOptions: OptionChecks = { copy: isBoolean, mustMatch: isBoolean };

/** Refuses what is no table handle, for methods that take one. */
export function checkTableOrName(where: string, value: unknown): string {
  if (typeof value === "string") return value;
  return isInstance(value, TableReader) ? value.name : refuse(where, "table", "a table or its name", value);
}
