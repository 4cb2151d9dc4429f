import * as errors from "../../src/base/errors.js";
import type { DictDBError, ErrorCode } from "../../src/base/errors.js";

/** One error of each class, and of each code that has no class of its own, under the code that it must carry. */
export function sampleErrors(): [ErrorCode, DictDBError][] {
  return [
    ["DUPLICATE_KEY", new errors.DuplicateKeyError("message")],
    ["DUPLICATE_TABLE", new errors.DuplicateTableError("message")],
    ["TABLE_NOT_FOUND", new errors.TableNotFoundError("message")],
    ["RECORD_NOT_FOUND", new errors.RecordNotFoundError("message")],
    ["SCHEMA_VALIDATION", new errors.SchemaValidationError("message", [])],
    ["SCHEMA_MISSING", new errors.DictDBError("SCHEMA_MISSING", "message")],
    ["UNIQUE_CONSTRAINT", new errors.UniqueConstraintError("message")],
    ["CONCURRENT_MODIFICATION", new errors.ConcurrentModificationError("message")],
    ["LOCK_TIMEOUT", new errors.LockTimeoutError("message")],
    ["ROW_LOCKED", new errors.RowLockedError("message")],
    ["DEADLOCK", new errors.DeadlockError("message")],
    ["CLOSED", new errors.ClosedError("message")],
    ["CORRUPT_FILE", new errors.CorruptFileError("message")],
    ["FILE_CHANGED", new errors.FileChangedError("message")],
    ["INVALID_ARGUMENT", new errors.InvalidArgumentError("message")],
    ["INVARIANT", new errors.InvariantError("message")],
    ["CAPACITY", new errors.DictDBError("CAPACITY", "message")],
  ];
}
