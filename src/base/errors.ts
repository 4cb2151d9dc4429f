const codes = [
  "DUPLICATE_KEY",
  "DUPLICATE_TABLE",
  "TABLE_NOT_FOUND",
  "RECORD_NOT_FOUND",
  "SCHEMA_VALIDATION",
  "SCHEMA_MISSING",
  "SCHEMA_DIFFERS",
  "UNIQUE_CONSTRAINT",
  "CONCURRENT_MODIFICATION",
  "LOCK_TIMEOUT",
  "ROW_LOCKED",
  "DEADLOCK",
  "CLOSED",
  "CORRUPT_FILE",
  "FILE_CHANGED",
  "INVALID_ARGUMENT",
  "INVARIANT",
  "CAPACITY",
] as const;

/** Every code an error of DictDB can carry: the class name in upper snake case without "Error", plus some that need no class of their own. */
export type ErrorCode = (typeof codes)[number];

/** Facts behind an error, by name: plain data, safe to log. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * The base of every error that DictDB throws on its own account.
 *
 * `code` tells the kind and stays the same between versions; `message` is for people. The code also stands in the first line of `stack`, because
 * that line is all that is left of an error's identity once it has crossed `postMessage`; see {@link isDictDBError}.
 */
export class DictDBError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
    // What V8 writes into the stack's first line survives structured cloning, own properties do not. It writes that line when `stack` is first
    // read, from the name at that moment.
    const name = this.constructor.name || "DictDBError";
    this.name = `${name} [${code}]`;
    // oxlint-disable-next-line unicorn/no-useless-error-capture-stack-trace -- the capture by `super` came before the name was set
    Error.captureStackTrace(this, this.constructor);
    void this.stack;
    Object.defineProperty(this, "name", { value: name, enumerable: false, configurable: true, writable: true });
  }
}

/** A record with this key exists already. */
export class DuplicateKeyError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("DUPLICATE_KEY", message, details);
  }
}

/** A table with this name exists already. */
export class DuplicateTableError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("DUPLICATE_TABLE", message, details);
  }
}

/** No table has this name, or the table was dropped. */
export class TableNotFoundError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("TABLE_NOT_FOUND", message, details);
  }
}

/** `mustMatch: true` was asked for and no record matched. */
export class RecordNotFoundError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("RECORD_NOT_FOUND", message, details);
  }
}

/** One thing that a schema found wrong with a record. */
export interface SchemaIssue {
  readonly message: string;
  /** The way from the record to the offending value: field names and array positions. */
  readonly path: readonly (string | number)[];
}

/** A record does not fit its table's schema; `issues` lists everything that is wrong with it. */
export class SchemaValidationError extends DictDBError {
  readonly issues: readonly SchemaIssue[];

  constructor(message: string, issues: readonly SchemaIssue[], details?: ErrorDetails) {
    super("SCHEMA_VALIDATION", message, { ...details, issues });
    this.issues = issues;
  }
}

/** Two records would share a value that a unique index allows once. */
export class UniqueConstraintError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("UNIQUE_CONSTRAINT", message, details);
  }
}

/** Another commit changed what this one had read, and the retries are used up. */
export class ConcurrentModificationError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("CONCURRENT_MODIFICATION", message, details);
  }
}

/** A lock was not free within the time allowed. */
export class LockTimeoutError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("LOCK_TIMEOUT", message, details);
  }
}

/** A record is locked by a transaction and the caller cannot wait for it. */
export class RowLockedError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("ROW_LOCKED", message, details);
  }
}

/** Waiting could never end, because the holder waits for the caller. */
export class DeadlockError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("DEADLOCK", message, details);
  }
}

/** The database, snapshot or transaction was closed before this call. */
export class ClosedError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("CLOSED", message, details);
  }
}

/** A file is not what it claims to be, or was damaged. */
export class CorruptFileError extends DictDBError {
  constructor(message: string, details?: ErrorDetails, options?: ErrorOptions) {
    super("CORRUPT_FILE", message, details, options);
  }
}

/** A file that the database has loaded or saved was made or changed by somebody else since; `details.path` is where it is. */
export class FileChangedError extends DictDBError {
  constructor(message: string, details?: ErrorDetails) {
    super("FILE_CHANGED", message, details);
  }
}

/** An argument is not what the method takes; `details` has `argument`, `expected` and `received`. */
export class InvalidArgumentError extends DictDBError {
  constructor(message: string, details?: ErrorDetails, options?: ErrorOptions) {
    super("INVALID_ARGUMENT", message, details, options);
  }
}

/** DictDB found its own state inconsistent: a bug in DictDB. The table refuses writes from then on. */
export class InvariantError extends DictDBError {
  constructor(message: string, details?: ErrorDetails, options?: ErrorOptions) {
    super("INVARIANT", message, details, options);
  }
}

/**
 * Tells whether a caught value is an error of DictDB, and of this code where one is given. Never throws, whatever was caught.
 *
 * Also recognises one that crossed `postMessage` or came from another copy of the package. Crossing strips `code`, `details` and the class, so
 * name the codes you handle in `code` here instead of reading the property afterwards.
 */
export function isDictDBError(error: unknown, code?: ErrorCode): error is DictDBError {
  const found = codeOf(error);
  return found !== undefined && (code === undefined || found === code);
}

/** The first line of a stack. Node's own errors write `TypeError [ERR_…]` there, hence the look-up among the known codes. */
const stackHeader = /^\S+ \[([A-Z_]+)\]/;

function codeOf(error: unknown): ErrorCode | undefined {
  try {
    if (error instanceof DictDBError) return error.code;
    if (typeof error !== "object" || error === null || !("stack" in error) || typeof error.stack !== "string") return undefined;
    const written = stackHeader.exec(error.stack)?.[1];
    return codes.find((code) => code === written);
  } catch {
    // A revoked proxy, or a getter that throws: nothing that DictDB ever threw.
    return undefined;
  }
}
