import type { CallSite } from "../base/arguments.js";
import { refuse } from "../base/arguments.js";
import { copyLoosely } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { InvalidArgumentError, type SchemaIssue } from "../base/errors.js";
import { isError, isPlainObject, isPromise } from "../base/shape.js";
import { pathText, throwIssues } from "./issues.js";
import type { Fields, Schema } from "./schema.js";
import { isComplaintOfAsync, swallowedError } from "./swallowed-error.js";
import type { StandardSchema } from "./types.js";

/** The `~standard` member that libraries such as zod, valibot and arktype give their schemas: https://standardschema.dev, version 1. */
export interface StandardPart {
  readonly version: 1;
  readonly vendor: string;
  readonly validate: (value: unknown) => unknown;
}

/**
 * The `~standard` member of a Standard Schema of version 1, or undefined when `value` does not claim to be one.
 *
 * @throws InvalidArgumentError when it claims to be one and is not, or is of another version
 */
export function standardPart(value: unknown, where: string): StandardPart | undefined {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return undefined;
  const part: unknown = (value as Record<string, unknown>)["~standard"];
  // A string there is the descriptor of a field that happens to have this name.
  if (typeof part !== "object" || part === null) return undefined;
  const { version, validate } = part as Record<string, unknown>;
  if (version !== 1) refuse(where, 'the version of schema["~standard"]', "1", version);
  if (typeof validate !== "function") refuse(where, 'schema["~standard"].validate', "a function", validate);
  return part as StandardPart;
}

/** A Standard Schema as a table's schema. It is code: it may change records, and can be neither saved nor sent to another thread. */
export class CodeSchema implements Schema {
  readonly descriptors = undefined;
  readonly source: StandardSchema;
  readonly #standard: StandardPart;
  readonly #primaryKey: string;
  /** The library's name for messages. */
  readonly #vendor: string;

  constructor(source: StandardSchema, standard: StandardPart, primaryKey: string) {
    this.source = source;
    this.#standard = standard;
    this.#primaryKey = primaryKey;
    this.#vendor = typeof standard.vendor === "string" && standard.vendor !== "" ? standard.vendor : "standard";
  }

  /**
   * What the schema makes of the record, as it returned it: foreign, so to be copied and checked. A key that the schema strips is put back.
   *
   * What the schema itself throws passes unchanged; where its library made a rejected promise of that, it is the cause of what is thrown here.
   *
   * @param record as the caller gave it, storable or not
   * @throws InvalidArgumentError when the schema is asynchronous or returns something that is not a record
   * @throws SchemaValidationError with the schema's issues, in its own words
   */
  validate(record: unknown, table: string, where: CallSite): Fields {
    // The schema gets a copy, since it may write to what it is given and parts of `record` may be stored already (law 3).
    const result = this.#standard.validate(copyLoosely(record));
    if (isPromise(result)) this.#refusePromise(table, result, record);
    if (typeof result !== "object" || result === null) this.#fault(table, "a result object from validate()", result);
    const { issues, value } = result as { issues?: unknown; value?: unknown };
    // The specification has a failure carry `issues`, of whatever length.
    if (issues)
      throwIssues(
        where,
        table,
        this.#issues(issues),
        (issue) => (issue.path.length > 0 ? `${pathText(issue.path)}: ` : "") + issue.message,
      );
    if (!isPlainObject(value)) this.#fault(table, "a plain object as the validated record", value);
    const key = this.#primaryKey;
    if (value[key] !== undefined || typeof record !== "object" || record === null) return value;
    return { ...value, [key]: (record as Fields)[key] };
  }

  #refusePromise(table: string, answer: PromiseLike<unknown>, record: unknown): never {
    const expected = "a result at once, without asynchronous checks or conversions (do those before the write)";
    const failure = swallowedError(this.source, answer, () => copyLoosely(record));
    if (failure === undefined || isComplaintOfAsync(failure)) this.#fault(table, expected, answer);
    const { error } = failure;
    const reason = isError(error) ? error.message : describe(error);
    throw new InvalidArgumentError(
      `table ${describe(table)}: its ${this.#vendor} schema must return a result at once, but failed: ${reason}`,
      { argument: "schema", expected: "a schema that does not throw", received: reason, vendor: this.#vendor, table },
      { cause: error },
    );
  }

  #issues(issues: unknown): SchemaIssue[] {
    const found = Array.isArray(issues) ? issues.map(toIssue) : [];
    return found.length > 0 ? found : [{ message: `the ${this.#vendor} schema refused the record without saying why`, path: [] }];
  }

  #fault(table: string, expected: string, received: unknown): never {
    const message = `table ${describe(table)}: its ${this.#vendor} schema must return ${expected}, received ${describe(received)}`;
    throw new InvalidArgumentError(message, { argument: "schema", expected, received: describe(received), vendor: this.#vendor, table });
  }
}

function toIssue(issue: unknown): SchemaIssue {
  const { message, path } = (typeof issue === "object" && issue !== null ? issue : {}) as { message?: unknown; path?: unknown };
  return {
    message: typeof message === "string" ? message : describe(issue),
    path: Array.isArray(path) ? path.map(toPathPart) : [],
  };
}

/** A path consists of property keys, or of objects which hold one as `key`. */
function toPathPart(part: unknown): string | number {
  const key: unknown = typeof part === "object" && part !== null && "key" in part ? part.key : part;
  return typeof key === "number" || typeof key === "string" ? key : typeof key === "symbol" ? String(key) : describe(key);
}
