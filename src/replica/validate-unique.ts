import { describe } from "../base/describe.js";
import { UniqueConstraintError } from "../base/errors.js";
import { getter, pathText } from "../base/path.js";
import type { Token } from "../base/token.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { TableIndex } from "../index/table-index.js";
import type { Change } from "../log/commit.js";
import type { TableView } from "../state/table-view.js";

/**
 * Checks that some changes of one table leave every unique index unique. It looks at their outcome as a whole, so that a single update may swap or
 * rotate values.
 * @throws UniqueConstraintError naming the index, the value and both keys
 */
export function validateUnique(view: TableView, changes: readonly Change[]): void {
  for (const index of view.state.uniqueIndexes) validateIndex(view, index, changes);
}

function validateIndex(view: TableView, index: TableIndex, changes: readonly Change[]): void {
  const outcome = new Map<Key, StoredRecord | undefined>();
  for (const change of changes) {
    if (change.type === "put") outcome.set(change.key, change.record);
    else if (change.type === "delete") outcome.set(change.key, undefined);
  }
  const claims = new Map<Token, Key>();
  for (const [key, record] of outcome) {
    const token = record && index.uniqueToken(record);
    if (record === undefined || token === undefined) continue;
    const rival = claims.get(token) ?? view.uniqueHolder(index, record);
    // A holder that these changes touch has its say through its own outcome.
    if (rival !== undefined && rival !== key && (claims.has(token) || !outcome.has(rival))) refuseClash(view, index, record, rival);
    claims.set(token, key);
  }
}

/** Checks that the records of a table allow a unique index. */
export function validateNewUnique(view: TableView, index: TableIndex): void {
  const claims = new Map<Token, Key>();
  for (const record of view.records()) {
    const token = index.uniqueToken(record);
    if (token === undefined) continue;
    const key = view.state.keyOf(record);
    const rival = claims.get(token);
    if (rival !== undefined) refuseClash(view, index, record, rival);
    claims.set(token, key);
  }
}

function refuseClash(view: TableView, { definition }: TableIndex, record: StoredRecord, holder: Key): never {
  const table = view.state.definition.name;
  const key = view.state.keyOf(record);
  const fields = definition.fields.map(pathText);
  const values = definition.fields.map((path) => describe(getter(path)(record)));
  throw new UniqueConstraintError(
    `table ${JSON.stringify(table)}: ${fields.join(", ")} must be unique, but the records with keys ${JSON.stringify(holder)} and ` +
      `${JSON.stringify(key)} would share the value${values.length > 1 ? "s" : ""} ${values.join(", ")}`,
    { table, fields, key, holder },
  );
}
