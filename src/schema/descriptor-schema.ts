import type { CallSite } from "../base/arguments.js";
import { refuse } from "../base/arguments.js";
import { describe } from "../base/describe.js";
import { InvalidArgumentError, type SchemaIssue } from "../base/errors.js";
import type { StoredRecord } from "../base/value.js";
import { checkFieldName, parseDescriptor, type FieldDescriptor } from "./descriptor.js";
import { compileCheck, explain, type Check } from "./field-check.js";
import { pathText, throwIssues } from "./issues.js";
import type { Schema } from "./schema.js";
import type { Descriptors } from "./types.js";

interface Field {
  readonly name: string;
  readonly descriptor: FieldDescriptor;
  readonly fits: Check;
}

/** A schema of plain descriptors such as `{ name: "string", tags: "string[]?" }`: data, so it can be saved and shared. */
export class DescriptorSchema implements Schema {
  readonly descriptors: Readonly<Record<string, string>>;
  readonly #fields: readonly Field[];
  readonly #byName: ReadonlyMap<string, Field>;
  /**
   * False when a field is named like something that every object inherits, such as `toString`: then reading it is no proof of having it.
   */
  readonly #namesAreOwn: boolean;

  /**
   * @param descriptors each property is read once
   * @throws InvalidArgumentError naming the first field whose name or descriptor is refused
   */
  constructor(descriptors: Readonly<Record<string, unknown>>, primaryKey: string, where: string) {
    checkFieldName(primaryKey, where);
    const given = new Map<string, unknown>();
    for (const key of Reflect.ownKeys(descriptors)) {
      const name = checkedName(key, where);
      given.set(name, descriptors[name]);
    }
    // The key comes first where it was left out: it is the column that one looks for first.
    const entries: [string, unknown][] = given.has(primaryKey) ? [...given] : [[primaryKey, "integer"], ...given];

    this.#fields = entries.map(([name, text]) => {
      const descriptor = parseDescriptor(text, name, where);
      if (name === primaryKey) checkKeyDescriptor(descriptor, name, text, where);
      return { name, descriptor, fits: compileCheck(descriptor) };
    });
    this.descriptors = Object.freeze(Object.fromEntries(entries) as Record<string, string>);
    this.#byName = new Map(this.#fields.map((field) => [field.name, field]));
    this.#namesAreOwn = !this.#fields.some(({ name }) => name in Object.prototype);
  }

  get source(): Descriptors {
    return this.descriptors as Descriptors; // each was parsed
  }

  /** The same record, in one pass and without an allocation when it fits. O(fields). */
  validate(record: StoredRecord, table: string, where: CallSite): StoredRecord {
    if (!this.#surelyFits(record)) this.#refuse(record, table, where);
    return record;
  }

  /** True only for records that fit; false may also mean that it takes a closer look to tell. */
  #surelyFits(record: StoredRecord): boolean {
    if (!this.#namesAreOwn) return false;
    let known = 0;
    for (const field of this.#fields) {
      const value = record[field.name];
      if (value === undefined) {
        if (!field.descriptor.optional) return false;
        continue;
      }
      if (!field.fits(value)) return false;
      known++;
    }
    let present = 0;
    for (const _ in record) present++;
    return present === known;
  }

  /** Throws what is wrong with a record; returns when nothing is. */
  #refuse(record: StoredRecord, table: string, where: CallSite): void {
    const issues: SchemaIssue[] = [];
    for (const { name, descriptor, fits } of this.#fields) {
      const value = Object.hasOwn(record, name) ? record[name] : undefined;
      if (value === undefined ? !descriptor.optional : !fits(value)) explain(name, descriptor, value, issues);
    }
    for (const name of Object.keys(record)) {
      if (record[name] === undefined || this.#byName.has(name)) continue;
      issues.push({ message: `${pathText([name])} is not a field of the schema, received ${describe(record[name])}`, path: [name] });
    }
    if (issues.length > 0) throwIssues(where, table, issues, (issue) => issue.message);
  }
}

function checkedName(name: string | symbol, where: string): string {
  if (typeof name === "string") {
    checkFieldName(name, where);
    return name;
  }
  throw new InvalidArgumentError(`${where}: schema cannot have a field named by a symbol, because records have none`, {
    argument: "schema",
    expected: "field names that are strings",
    received: String(name),
  });
}

/** A key is a string or a number, and every stored record has one. */
function checkKeyDescriptor({ type, array, nullable }: FieldDescriptor, name: string, text: unknown, where: string): void {
  const keyType = type === "string" || type === "number" || type === "integer" || type === "any";
  if (keyType && !array && !nullable) return;
  refuse(where, pathText(["schema", name]), '"string", "number" or "integer"', text, "it is the primary key");
}
