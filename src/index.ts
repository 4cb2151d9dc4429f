export { DictDB } from "./database/database.js";
export { BackupManager } from "./database/backup-manager.js";
export { and, Condition, not, or } from "./condition/types/condition.js";
export { avg, count, max, min, sum } from "./query/aggregate-spec.js";
export { RWLock } from "./lock/rw-lock.js";
export { SharedRWLock } from "./lock/shared/shared-rw-lock.js";
export * from "./base/errors.js";
export { unset } from "./base/unset.js";
export type { Unset } from "./base/unset.js";
export type { AnyRecord, Key, Value } from "./base/value.js";
export type { Immutable, ReadonlyRecord } from "./base/immutable.js";
export type { Changes, DefaultKey, FieldName, FieldValue, Insert, KeyField, KeyOf } from "./base/record-types.js";
export type { Storable } from "./base/storable.js";
export type { OneOrMore } from "./base/type-level.js";
export type { ConditionStatic } from "./condition/types/condition.js";
export type {
  AnyField,
  ArrayField,
  Field,
  FieldFor,
  Fields,
  KnownFields,
  LikeOptions,
  NestedField,
  OrderedField,
  StringField,
  StringTests,
  Values,
} from "./condition/types/field.js";
export type { Order, OrderBy } from "./condition/types/order.js";
export type { Equality, Predicate, Where } from "./condition/types/where.js";
export type {
  Aggregate,
  AggregateOf,
  AggregateOperation,
  AggregateOptions,
  AggregateRow,
  AggregateSpec,
  Columns,
  Explanation,
  Handed,
  Selected,
  SelectOptions,
} from "./query/types.js";
export type {
  Descriptor,
  Descriptors,
  SchemaInput,
  SchemaKey,
  SchemaRecord,
  StandardIssue,
  StandardResult,
  StandardSchema,
  TableSchema,
} from "./schema/types.js";
export type { IndexField, IndexInfo, IndexOptions, IndexType } from "./table/types/index-types.js";
export type { TableLock } from "./table/types/lock.js";
export type { WaitOptions } from "./lock/wait-options.js";
export type { RWLockOptions } from "./lock/rw-lock.js";
export type { SharedRWLockOptions, SyncWaitOptions } from "./lock/shared/shared-rw-lock.js";
export type { LockHolder } from "./lock/shared/obstacles.js";
export type { GetOptions, RecordOf, TableReader } from "./table/types/table-reader.js";
export type { ComputeChanges, InsertOptions, TableWriter, UpsertOptions, UpsertResult } from "./table/types/table-writer.js";
export type { CsvExportOptions, Table } from "./table/types/table.js";
export type { Matching, Target } from "./table/types/target.js";
export type { CatalogChange, Change, Commit, DatabaseEvents, ListenOptions, RecordChange } from "./replica/events.js";
export type {
  BackupOptions,
  OpenBackupsOptions,
  OpenedBackups,
  RestoredDatabase,
  RestoreOptions,
  Verification,
} from "./database/backup-manager.js";
export type { Backup } from "./backup/series.js";
export type { Skipped } from "./backup/chain.js";
export type { VerifiedFile } from "./backup/restore.js";
export type { FileFormat } from "./storage/write-document.js";
export type { WebStream } from "./storage/stream-input.js";
export type { Progress } from "./storage/document.js";
export type {
  CsvImportOptions,
  CsvSource,
  Database,
  DatabaseConstructor,
  DatabaseHandle,
  DatabaseOptions,
  LoadOptions,
  SaveOptions,
  ShareOptions,
  Snapshot,
} from "./database/types.js";
export type { OpenTableOptions, SchemaFor, TableOptions } from "./database/table-options.js";
export type { DatabaseStats } from "./database/stats.js";
export type {
  BeginOptions,
  Isolation,
  LockRowsOptions,
  OnLocked,
  OpenTransaction,
  Transaction,
  TransactionOptions,
  TransactionRunner,
  TxTable,
} from "./database/transaction-types.js";
