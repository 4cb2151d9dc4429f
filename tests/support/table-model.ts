import { isUnset } from "../../src/base/unset.js";
import { holds, valueAt } from "./plain-condition.js";
import type { Spec } from "./plain-condition.js";
import { classOf, equalText, plainCopy } from "./plain-order.js";
import type { PlainKey, PlainRecord } from "./plain-order.js";

/** What the product must refuse, and with which error: a code, or the message of the error that a function of the caller's throws. */
export class Refusal extends Error {
  readonly codes: ReadonlySet<string>;

  constructor(...codes: readonly string[]) {
    super(`refused with ${codes.join(" or ")}`);
    this.codes = new Set(codes);
  }
}

export interface ModelIndex {
  readonly fields: readonly (readonly string[])[];
  readonly type: "hash" | "sorted";
  readonly unique: boolean;
  readonly multi: boolean;
}

/** A record as a caller gives it. What is wrong with it, if anything is, must be refused with this code. */
export interface ModelSource {
  readonly fields: PlainRecord;
  readonly refusal: string | undefined;
}

/** Fields to set, and those that are `unset()` to remove. */
export type ModelChanger = ModelSource | ((record: PlainRecord) => ModelSource);
export type ModelTarget = { readonly key: PlainKey } | { readonly spec: Spec; readonly mustMatch: boolean } | { readonly refusal: string };
export type OnConflict = "update" | "replace" | "ignore" | "error";

interface ModelState {
  readonly records: ReadonlyMap<PlainKey, PlainRecord>;
  readonly nextKey: number;
  readonly indexes: readonly ModelIndex[];
}

export interface ModelOptions {
  readonly versionField: string | undefined;
  /** Whether a record with its key fits the schema. */
  readonly fits: ((record: PlainRecord) => boolean) | undefined;
}

/** A table with the key `id` as the specification describes it, in the simplest way: every verb makes a new `Map` or throws. */
export class TableModel {
  readonly #options: ModelOptions;
  #state: ModelState = { records: new Map(), nextKey: 1, indexes: [] };
  /** The units of work that run, the outermost first: the state at the beginning of each, and the keys that it has written. */
  readonly #units: { readonly start: ModelState; readonly touched: Set<PlainKey> }[] = [];
  /** How many commits there have been. */
  commits = 0;
  /** The commits that have changed no record, so that listeners are not told. */
  readonly untold = new Set<number>();

  constructor(options: ModelOptions) {
    this.#options = options;
  }

  get records(): ReadonlyMap<PlainKey, PlainRecord> {
    return this.#state.records;
  }

  /** The records without what the running unit of work has changed. */
  get committed(): ReadonlyMap<PlainKey, PlainRecord> {
    return (this.#units[0]?.start ?? this.#state).records;
  }

  get nextKey(): number {
    return this.#state.nextKey;
  }

  get indexes(): readonly ModelIndex[] {
    return this.#state.indexes;
  }

  begin(): void {
    this.#units.push({ start: this.#state, touched: new Set() });
  }

  /** A unit inside another one is part of that, but what it did is taken back when it fails. */
  end(failed: boolean): void {
    const { start, touched } = this.#units.pop()!;
    const outer = this.#units.at(-1);
    if (failed) this.#state = start;
    else if (outer !== undefined) for (const key of touched) outer.touched.add(key);
    else {
      // A key that was used and given up within the unit counts as used, which is a commit as well.
      const changes = [...touched].some((key) => this.records.has(key) || start.records.has(key));
      const isAutomatic = (key: PlainKey): boolean => typeof key === "number" && Number.isSafeInteger(key) && key > 0;
      const usesUp = [...touched].some((key) => isAutomatic(key) && !this.records.has(key) && !start.records.has(key));
      if (changes || usesUp) this.commits++;
      if (!changes && usesUp) this.untold.add(this.commits);
    }
  }

  insert(sources: readonly ModelSource[], skipValidation: boolean): PlainKey[] {
    const added = new Map<PlainKey, PlainRecord>();
    let { nextKey } = this.#state;
    for (const source of sources) {
      const record = this.#newRecord(source, nextKey, skipValidation);
      const key = record.id as PlainKey;
      if (this.records.has(key) || added.has(key)) throw new Refusal("DUPLICATE_KEY");
      nextKey = nextKeyAfter(nextKey, key);
      added.set(key, record);
    }
    this.#write(added, nextKey);
    return [...added.keys()];
  }

  upsert(sources: readonly ModelSource[], onConflict: OnConflict): { key: PlainKey; action: string }[] {
    const written = new Map<PlainKey, PlainRecord>();
    const results: { key: PlainKey; action: string }[] = [];
    let { nextKey } = this.#state;
    for (const source of sources) {
      const given = source.fields.id === undefined ? undefined : checkedKey(source.fields.id);
      const before = given === undefined ? undefined : (written.get(given) ?? this.records.get(given));
      if (before === undefined) {
        const record = this.#newRecord(source, nextKey, false);
        const key = record.id as PlainKey;
        nextKey = nextKeyAfter(nextKey, key);
        written.set(key, record);
        results.push({ key, action: "inserted" });
      } else if (onConflict === "error") throw new Refusal("DUPLICATE_KEY");
      else if (onConflict === "ignore") results.push({ key: given!, action: "ignored" });
      else {
        checkSource(source);
        const { versionField } = this.#options;
        const present = Object.entries(source.fields).filter(([, value]) => value !== undefined);
        const fields = Object.fromEntries(present.filter(([name]) => name !== versionField));
        written.set(given!, this.#changed(before, onConflict === "update" ? { ...before, ...fields } : fields));
        results.push({ key: given!, action: "updated" });
      }
    }
    this.#write(written, nextKey);
    return results;
  }

  update(changer: ModelChanger, target: ModelTarget): number {
    if (typeof changer !== "function") this.#checkChanges(changer);
    const written = new Map<PlainKey, PlainRecord>();
    const refused = new Set<string>();
    // In which order records are visited is not promised, so any of several reasons may be the one that is told.
    for (const [key, before] of this.#found(target)) {
      try {
        const changes = typeof changer === "function" ? changer(before) : changer;
        this.#checkChanges(changes);
        const { fields } = changes;
        if (Object.hasOwn(fields, "id") && equalText(fields.id) !== equalText(key)) throw new Refusal("INVALID_ARGUMENT");
        const after = Object.entries({ ...before, ...fields }).filter(([, value]) => !isUnset(value));
        written.set(key, this.#changed(before, Object.fromEntries(after)));
      } catch (error) {
        for (const code of (error as Refusal).codes) refused.add(code);
      }
    }
    if (refused.size > 0) throw new Refusal(...refused);
    this.#write(written, this.nextKey);
    return written.size;
  }

  delete(target: ModelTarget): number {
    const found = this.#found(target);
    this.#write(new Map(found.map(([key]) => [key, undefined])), this.nextKey);
    return found.length;
  }

  clear(): number {
    const { size } = this.records;
    this.#write(new Map(Array.from(this.records.keys(), (key) => [key, undefined])), this.nextKey);
    return size;
  }

  createIndex(index: ModelIndex): void {
    const { fields, type, unique, multi } = index;
    const same = this.indexes.find((one) => JSON.stringify(one.fields) === JSON.stringify(fields));
    if (multi && (unique || type === "sorted" || fields.length > 1)) throw new Refusal("INVALID_ARGUMENT");
    if (this.#units.length > 0) throw new Refusal("INVALID_ARGUMENT");
    if (same !== undefined) {
      if (same.type !== type || same.unique !== unique || same.multi !== multi) throw new Refusal("INVALID_ARGUMENT");
      return;
    }
    checkUnique(this.records, index);
    this.#state = { ...this.#state, indexes: [...this.indexes, index] };
    this.commits++;
  }

  dropIndex(fields: ModelIndex["fields"]): void {
    const rest = this.indexes.filter((one) => JSON.stringify(one.fields) !== JSON.stringify(fields));
    if (this.#units.length > 0 || rest.length === this.indexes.length) throw new Refusal("INVALID_ARGUMENT");
    this.#state = { ...this.#state, indexes: rest };
    this.commits++;
  }

  #found(target: ModelTarget): (readonly [PlainKey, PlainRecord])[] {
    if ("refusal" in target) throw new Refusal(target.refusal);
    if ("key" in target) return [...this.records].filter(([key]) => key === target.key);
    const found = [...this.records].filter(([, record]) => holds(target.spec, record));
    if (found.length === 0 && target.mustMatch) throw new Refusal("RECORD_NOT_FOUND");
    return found;
  }

  #newRecord({ fields, refusal }: ModelSource, nextKey: number, skipValidation: boolean): PlainRecord {
    checkSource({ fields, refusal });
    if (fields.id === undefined && nextKey > Number.MAX_SAFE_INTEGER) throw new Refusal("INVALID_ARGUMENT");
    const id = fields.id === undefined ? nextKey : checkedKey(fields.id);
    const { versionField } = this.#options;
    if (versionField === undefined) return this.#validated(plainCopy({ ...fields, id }), skipValidation);
    const version = fields[versionField] ?? (fields[versionField] === undefined ? 1 : null);
    if (!Number.isSafeInteger(version) || (version as number) < 1) throw new Refusal("INVALID_ARGUMENT");
    return this.#validated(plainCopy({ ...fields, [versionField]: version, id }), skipValidation);
  }

  #changed(before: PlainRecord, after: PlainRecord): PlainRecord {
    const { versionField } = this.#options;
    const version = versionField === undefined ? undefined : before[versionField];
    const next = versionField === undefined ? {} : { [versionField]: Number.isSafeInteger(version) ? (version as number) + 1 : 1 };
    return this.#validated(plainCopy({ ...after, ...next, id: before.id }), false);
  }

  #validated(record: PlainRecord, skip: boolean): PlainRecord {
    if (!skip && this.#options.fits?.(record) === false) throw new Refusal("SCHEMA_VALIDATION");
    return record;
  }

  #checkChanges({ fields, refusal }: ModelSource): void {
    if (refusal !== undefined) throw new Refusal(refusal);
    if (Object.values(fields).includes(undefined)) throw new Refusal("INVALID_ARGUMENT");
    if (this.#options.versionField !== undefined && Object.hasOwn(fields, this.#options.versionField))
      throw new Refusal("INVALID_ARGUMENT");
  }

  #write(changes: ReadonlyMap<PlainKey, PlainRecord | undefined>, nextKey: number): void {
    const records = new Map(this.records);
    for (const [key, record] of changes) {
      if (record === undefined) records.delete(key);
      else records.set(key, record);
    }
    for (const index of this.indexes) checkUnique(records, index);
    this.#state = { ...this.#state, records, nextKey };
    const unit = this.#units.at(-1);
    for (const key of changes.keys()) unit?.touched.add(key);
    if (unit === undefined && changes.size > 0) this.commits++;
  }
}

/** What is no record, wherever it is to be stored. */
function checkSource({ fields, refusal }: ModelSource): void {
  if (refusal !== undefined) throw new Refusal(refusal);
  if (Object.values(fields).some(isUnset)) throw new Refusal("INVALID_ARGUMENT");
}

function checkUnique(records: ReadonlyMap<PlainKey, PlainRecord>, { fields, unique }: ModelIndex): void {
  if (!unique) return;
  const seen = new Set<string>();
  for (const record of records.values()) {
    const values = fields.map((path) => valueAt(record, path));
    if (values.some((value) => classOf(value) === "none")) continue;
    if (seen.has(equalText(values))) throw new Refusal("UNIQUE_CONSTRAINT");
    seen.add(equalText(values));
  }
}

/** A key as it is stored; -0 is 0. */
function checkedKey(key: unknown): PlainKey {
  if (typeof key === "string") return key;
  if (typeof key !== "number" || !Number.isFinite(key)) throw new Refusal("INVALID_ARGUMENT");
  return key === 0 ? 0 : key;
}

function nextKeyAfter(nextKey: number, key: PlainKey): number {
  return typeof key === "number" && Number.isSafeInteger(key) && key >= nextKey ? key + 1 : nextKey;
}
