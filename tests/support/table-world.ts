import { compute, descriptors, fits } from "./arbitrary-operation.js";
import type { Computed, Failure, Operation, Source, Target } from "./arbitrary-operation.js";
import { freeze, isFrozen, safeText, scribble, spoil } from "./hostile-input.js";
import { holds, valueAt } from "./plain-condition.js";
import { exactText } from "./plain-order.js";
import type { PlainKey, PlainRecord } from "./plain-order.js";
import { Mismatch, same } from "./scenario.js";
import { Refusal, TableModel } from "./table-model.js";
import type { ModelChanger, ModelSource, ModelTarget } from "./table-model.js";
import { toCondition, untypedDb } from "./untyped.js";
import type { UntypedDb, UntypedReader, UntypedSnapshot, UntypedTable } from "./untyped.js";

export interface WorldOptions {
  readonly freeze: boolean;
  readonly versionField: string | undefined;
  readonly schema: boolean;
  /** Give the product frozen objects, so that writing to them throws. */
  readonly frozenInput: boolean;
}

type Outcome = { readonly result: unknown } | { readonly error: unknown };

/** A table of the product beside the model of it: whatever is done is done to both, and must come to the same. */
export class World {
  readonly #options: WorldOptions;
  readonly #db: UntypedDb;
  readonly #table: UntypedTable;
  readonly #model: TableModel;
  readonly #firstSeq: number;
  readonly #snapshots: {
    readonly snapshot: UntypedSnapshot;
    readonly reader: UntypedReader;
    readonly texts: ReadonlyMap<PlainKey, string>;
  }[] = [];
  /** What one gets who only listens to commits. */
  readonly #followed = new Map<PlainKey, PlainRecord>();
  #lastEvent: number;
  readonly #complaints: string[] = [];

  constructor(options: WorldOptions) {
    const { freeze, versionField, schema } = options;
    this.#options = options;
    this.#db = untypedDb({ freeze });
    this.#table = this.#db.createTable("t", {
      ...(versionField !== undefined && { versionField }),
      ...(schema && { schema: descriptors }),
    });
    this.#model = new TableModel({ versionField, fits: schema ? fits : undefined });
    this.#firstSeq = this.#db.seq;
    this.#lastEvent = this.#db.seq;
    this.#db.on("commit", (event) => this.#follow(event));
  }

  perform(operation: Operation): void {
    this.#perform(operation);
  }

  /** Does one thing to both and compares what comes of it; gives the error that both answered with, if they did. */
  #perform(operation: Operation): unknown {
    const real = outcome(() => this.#performReally(operation));
    if (operation.kind === "atomic") return "error" in real ? real.error : undefined; // compared part by part
    const expected = outcome(() => this.#performOnModel(operation));
    if (!("error" in expected)) {
      if ("error" in real) throw new Mismatch(`${operation.kind} should not have failed`, { cause: real.error });
      same(operation.kind, real.result, expected.result);
      return undefined;
    }
    if (!(expected.error instanceof Refusal)) throw expected.error;
    const code = "error" in real ? codeOf(real.error) : `the result ${exactText(real.result)}`;
    if (!expected.error.codes.has(code)) {
      throw new Mismatch(`${operation.kind} should have been ${expected.error.message}, but came to ${code}`, {
        cause: "error" in real ? real.error : undefined,
      });
    }
    return "error" in real ? real.error : undefined;
  }

  #performReally(operation: Operation): unknown {
    const table = this.#table;
    switch (operation.kind) {
      case "insert": {
        const { many, skipValidation } = operation;
        return this.#watched(sourcesOf(operation).map(spoil), (given) =>
          table.insert(many ? given : given[0], skipValidation ? { skipValidation } : undefined),
        );
      }
      case "upsert": {
        const { many, onConflict } = operation;
        return this.#watched(sourcesOf(operation).map(spoil), (given) =>
          table.upsert(many ? given : given[0], onConflict === "update" ? undefined : { onConflict }),
        );
      }
      case "update": {
        const { changes, target } = operation;
        if ("set" in changes) return table.update(this.#changer(changes), this.#target(target));
        return this.#watched([spoil(changes)], ([given]) => table.update(given, this.#target(target)));
      }
      case "delete":
        return table.delete(this.#target(operation.target));
      case "clear":
        return table.clear();
      case "createIndex": {
        const { fields, ...options } = operation.index;
        return table.createIndex(this.#indexFields(fields), options);
      }
      case "dropIndex":
        return table.dropIndex(this.#indexFields(this.#fieldsToDrop(operation.at)));
      case "openSnapshot":
        return this.#openSnapshot();
      case "closeSnapshot":
        return this.#snapshots.splice(operation.at, 1)[0]?.snapshot.close();
      case "atomic":
        return this.#atomic(operation);
    }
  }

  #performOnModel(operation: Exclude<Operation, { kind: "atomic" }>): unknown {
    const model = this.#model;
    switch (operation.kind) {
      case "insert": {
        const ids = model.insert(sourcesOf(operation).map(toModel), operation.skipValidation);
        return operation.many ? ids : ids[0];
      }
      case "upsert": {
        const results = model.upsert(sourcesOf(operation).map(toModel), operation.onConflict);
        return operation.many ? results : results[0];
      }
      case "update":
        return model.update(modelChanger(operation.changes), modelTarget(operation.target));
      case "delete":
        return model.delete(modelTarget(operation.target));
      case "clear":
        return model.clear();
      case "createIndex":
        return model.createIndex(operation.index);
      case "dropIndex":
        return model.dropIndex(this.#fieldsToDrop(operation.at));
      case "openSnapshot":
      case "closeSnapshot":
        return undefined;
    }
  }

  #atomic({ parts, end }: Extract<Operation, { kind: "atomic" }>): void {
    const stop = new Error("stop");
    this.#model.begin();
    let ended: unknown;
    try {
      this.#db.atomic((): unknown => {
        for (const { operation, caught } of parts) {
          const error = this.#perform(operation);
          if (error !== undefined && !caught) {
            ended = error;
            throw error as Error;
          }
          this.#verifyRecords("atomic", this.#table, this.#model.records);
        }
        if (end === "throws") throw (ended = stop);
        return end === "returns a promise" ? Promise.reject(stop) : undefined;
      });
    } catch (error) {
      this.#model.end(true);
      const asked = ended === undefined ? end === "returns a promise" && codeOf(error) === "INVALID_ARGUMENT" : error === ended;
      if (error instanceof Mismatch || !asked) throw error instanceof Mismatch ? error : new Mismatch("atomic failed", { cause: error });
      throw error;
    }
    this.#model.end(false);
    if (ended !== undefined || end !== "returns") throw new Mismatch("atomic should have failed");
  }

  #openSnapshot(): void {
    const snapshot = this.#db.snapshot();
    const texts = new Map(Array.from(this.#model.committed, ([key, record]) => [key, exactText(record)]));
    this.#snapshots.push({ snapshot, reader: snapshot.getTable(this.#table), texts });
  }

  /** Gives the product the caller's objects and looks at them afterwards: they must be as they were. */
  #watched<R>(given: readonly unknown[], run: (given: readonly unknown[]) => R): R {
    const before = given.map(safeText);
    if (this.#options.frozenInput) freeze(given);
    try {
      return run(given);
    } finally {
      same("the caller's objects", given.map(safeText), before);
    }
  }

  #changer(computed: Computed): (record: PlainRecord) => unknown {
    return (record) => {
      const how = failureAt(computed, record);
      const changes = compute(computed, record);
      scribble(record);
      switch (how) {
        case undefined:
          return changes;
        case "throws":
          throw new Error("thrown");
        case "returns nothing":
          return undefined;
        case "returns a promise":
          return Promise.resolve({});
        case "changes the key":
          return { id: "other" };
        case "returns a bad value":
          return { a: () => 1 };
        case "writes":
          return this.#table.insert({});
      }
    };
  }

  #target(target: Target): unknown {
    if ("key" in target) return target.key;
    if ("bad" in target) return badTargets[target.bad % badTargets.length]![0];
    const { spec, mustMatch, predicate } = target;
    const where = predicate ? (record: PlainRecord) => holds(spec, record) : toCondition(this.#table, spec);
    return mustMatch ? { where, mustMatch } : { where };
  }

  #indexFields(fields: readonly (readonly string[])[]): unknown {
    const named = fields.map(([name, ...path]) => (path.length === 0 ? name : this.#table.field(name!, ...path)));
    return named.length === 1 ? named[0] : named;
  }

  #fieldsToDrop(at: number | readonly (readonly string[])[]): readonly (readonly string[])[] {
    return typeof at === "number" ? (this.#model.indexes[at]?.fields ?? [["a"]]) : at;
  }

  #follow({ seq, changes }: Parameters<Parameters<UntypedDb["on"]>[1]>[0]): void {
    if (seq !== this.#nextToTell()) this.#complaints.push(`the event of commit ${seq} came after that of ${this.#lastEvent}`);
    this.#lastEvent = seq;
    for (const { type, key, before, after } of changes) {
      if (type === "createIndex" || type === "dropIndex") continue;
      const kind = after === undefined ? "delete" : this.#followed.has(key) ? "update" : "insert";
      if (type !== kind) this.#complaints.push(`commit ${seq} says ${type} of ${key}, which was ${kind}`);
      if (exactText(before) !== exactText(this.#followed.get(key)))
        this.#complaints.push(`commit ${seq} shows another record before: ${key}`);
      if (after === undefined) this.#followed.delete(key);
      else this.#followed.set(key, after);
    }
  }

  /** The commit that listeners are told next. */
  #nextToTell(): number {
    let seq = this.#lastEvent + 1;
    while (this.#model.untold.has(seq - this.#firstSeq)) seq++;
    return seq;
  }

  /** Compares everything that can be seen. */
  async verify(): Promise<void> {
    const { commits, indexes, nextKey, records } = this.#model;
    this.#verifyRecords("the table", this.#table, records);
    this.#table.check();
    same("seq", this.#db.seq - this.#firstSeq, commits);
    same("the next key", this.#nextKey(), nextKey > Number.MAX_SAFE_INTEGER ? "INVALID_ARGUMENT" : nextKey);
    same(
      "indexes",
      this.#table.indexes(),
      indexes.map(({ fields, ...rest }) => ({
        ...rest,
        fields: fields.map((path) => path.join(".")),
        entries: this.#entries(fields, rest.multi),
      })),
    );
    for (const { fields, multi } of indexes) if (!multi) this.#verifyLookups(fields[0]!);
    for (const { reader, texts } of this.#snapshots) {
      same("a snapshot", textsOf(reader.copy()), texts, mapText);
      same("the size of a snapshot", reader.size, texts.size);
    }
    if (this.#options.freeze) {
      for (const key of records.keys())
        if (!isFrozen(this.#table.get(key, { copy: false }))) throw new Mismatch(`record ${key} is not frozen`);
    }
    await Promise.resolve();
    if (this.#complaints.length > 0) throw new Mismatch(this.#complaints.join("\n"));
    same("the next event", this.#nextToTell(), this.#db.seq + 1);
    same("the records by events", textsOf(this.#followed), textsOf(records), mapText);
  }

  #verifyRecords(label: string, reader: UntypedReader, records: ReadonlyMap<PlainKey, PlainRecord>): void {
    same(label, textsOf(reader.copy()), textsOf(records), mapText);
    same(`the size of ${label}`, reader.size, records.size);
    for (const key of [0, 1, "a"]) same(`has() of ${label}`, reader.has(key), records.has(key));
  }

  /** Equality on an indexed field, for a few of the values that are there. */
  #verifyLookups(path: readonly string[]): void {
    const records = [...this.#model.records.values()];
    for (const record of [...records.slice(0, 2), ...records.slice(-2), {}]) {
      const spec = { verb: "eq" as const, path, args: [valueAt(record, path) ?? null] };
      same(
        `the records where ${exactText(spec)}`,
        this.#table.count(toCondition(this.#table, spec)),
        records.filter((one) => holds(spec, one)).length,
      );
    }
  }

  #entries(fields: readonly (readonly string[])[], multi: boolean): number {
    const records = [...this.#model.records.values()];
    if (!multi) return records.length;
    return records
      .map((record) => valueAt(record, fields[0]!))
      .map((value) =>
        Array.isArray(value) ? value.filter((item, i) => value.findIndex((other) => holdsEqual(item, other)) === i).length : 0,
      )
      .reduce((a, b) => a + b, 0);
  }

  /** The key that an insert would assign, found out by one that is taken back. */
  #nextKey(): unknown {
    const stop = new Error("stop");
    let key: unknown;
    try {
      this.#db.atomic(() => {
        key = this.#table.insert({});
        throw stop;
      });
    } catch (error) {
      return error === stop ? key : codeOf(error);
    }
    throw new Mismatch("atomic did not pass on the error");
  }
}

function outcome(run: () => unknown): Outcome {
  try {
    return { result: run() };
  } catch (error) {
    if (error instanceof Mismatch) throw error;
    return { error };
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? (error as Error).message;
}

function holdsEqual(a: unknown, b: unknown): boolean {
  return holds({ verb: "eq", path: ["a"], args: [a] }, { a: b });
}

function sourcesOf({ sources, many }: { readonly sources: readonly Source[]; readonly many: boolean }): readonly Source[] {
  return many ? sources : (sources.length === 0 ? [{ fields: {}, fault: undefined }] : sources).slice(0, 1);
}

function toModel({ fields, fault }: Source): ModelSource {
  // What is no object has no key either.
  if (fault === "no object") return { fields: {}, refusal: "INVALID_ARGUMENT" };
  return { fields, refusal: fault === undefined ? undefined : fault === "throwing getter" ? "thrown" : "INVALID_ARGUMENT" };
}

function modelChanger(changes: Source | Computed): ModelChanger {
  if (!("set" in changes)) return toModel(changes);
  const codes = { throws: "thrown", writes: "DEADLOCK" } as Partial<Record<Failure, string>>;
  return (record) => {
    const how = failureAt(changes, record);
    return { fields: compute(changes, record), refusal: how && (codes[how] ?? "INVALID_ARGUMENT") };
  };
}

function failureAt({ failsAt }: Computed, { id }: PlainRecord): Failure | undefined {
  return failsAt !== undefined && (failsAt.key === undefined || failsAt.key === id) ? failsAt.how : undefined;
}

const badTargets: readonly (readonly [target: unknown, code: string])[] = [
  [undefined, "INVALID_ARGUMENT"],
  [null, "INVALID_ARGUMENT"],
  [{}, "INVALID_ARGUMENT"],
  [{ where: undefined }, "INVALID_ARGUMENT"],
  [{ where: {} }, "INVALID_ARGUMENT"],
  [{ where: { a: undefined } }, "INVALID_ARGUMENT"],
  [[1], "INVALID_ARGUMENT"],
  [NaN, "INVALID_ARGUMENT"],
  [() => true, "INVALID_ARGUMENT"],
];

function modelTarget(target: Target): ModelTarget {
  if ("key" in target) return { key: Object.is(target.key, -0) ? 0 : target.key };
  return "bad" in target ? { refusal: badTargets[target.bad % badTargets.length]![1] } : target;
}

function textsOf(records: ReadonlyMap<PlainKey, PlainRecord>): Map<PlainKey, string> {
  return new Map(Array.from(records, ([key, record]) => [key, exactText(record)]));
}

function mapText(texts: unknown): string {
  return Array.from(texts as ReadonlyMap<PlainKey, string>, ([key, text]) => `${exactText(key)}: ${text}`)
    .sort()
    .join("\n");
}
