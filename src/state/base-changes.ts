import type { Change } from "../log/commit.js";
import type { DatabaseState } from "./database-state.js";
import type { OpenSnapshot } from "./open-snapshot.js";
import type { ImageSource } from "./overlay.js";
import type { TableState } from "./table-state.js";

/**
 * The changes that turn an empty database into what this one is when the first of them are asked for: the catalog and the row locks first, then the
 * records, some at a time. What is written between two steps does not show.
 *
 * It visits every slot once and passes over what the snapshot has saved a pre-image of; those pre-images come at the end of each table. A record that
 * is changed after it was visited comes twice, both times as it was.
 *
 * @param snapshot opened at the moment in question
 * @param perStep how many records make a step
 */
export function* baseChanges(state: DatabaseState, snapshot: OpenSnapshot, perStep: number): Generator<readonly Change[], undefined> {
  const tables = [...state.tables];
  yield [{ type: "tableCounter", nextTable: state.nextTableId }, ...tables.flatMap(catalogOf), ...state.rowLocks.entries()];
  for (const table of tables) yield* recordsOf(table, snapshot.overlayOf(table), perStep);
}

function catalogOf(table: TableState): Change[] {
  const { definition, definitions, columns, nextKey } = table;
  const { id } = definition;
  return [
    { type: "createTable", definition },
    { type: "columns", table: id, names: [...columns] },
    { type: "keyCounter", table: id, nextKey },
    ...definitions.map((index): Change => ({ type: "createIndex", table: id, definition: index })),
  ];
}

function* recordsOf(table: TableState, overlay: ImageSource, perStep: number): Generator<readonly Change[], undefined> {
  const { id } = table.definition;
  let step: Change[] = [];
  // The array may grow and shrink between two steps; whatever stands where it did not stand before has an image in the overlay.
  for (let slot = 0; slot < table.records.length; slot++) {
    const record = table.records[slot];
    if (record === undefined) continue;
    const key = table.keyOf(record);
    if (overlay.has(key)) continue;
    step.push({ type: "put", table: id, key, record });
    if (step.length < perStep) continue;
    yield step;
    step = [];
  }
  for (const record of Array.from(overlay.records())) {
    step.push({ type: "put", table: id, key: table.keyOf(record), record });
    if (step.length < perStep) continue;
    yield step;
    step = [];
  }
  if (step.length > 0) yield step;
}
