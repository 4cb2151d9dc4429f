import { copyOut, deepFreeze } from "../base/copy.js";
import { pathText } from "../base/path.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { Change, Commit, Seq, TableId } from "../log/commit.js";
import type { CommitObserver } from "../state/commit-observer.js";
import type { DatabaseState } from "../state/database-state.js";
import type { TableState } from "../state/table-state.js";
import type { Change as ChangeEvent, Commit as CommitEvent } from "./events.js";
import type { Feed } from "./feed.js";

/** Notes what a commit does while it is applied, and hands it to the listeners: once, also where it is applied again because it was cut off. */
export class Telling implements CommitObserver {
  readonly #seq: Seq;
  readonly #origin: CommitEvent["origin"];
  readonly #feed: Feed;
  readonly #catalog: readonly ChangeEvent[];
  /** By the number of the change; those of the catalog leave gaps. */
  readonly #images: (Images | undefined)[] = [];

  /** To be made before the commit is applied, while a table that it drops has its name. */
  constructor({ seq, changes }: Commit, origin: CommitEvent["origin"], state: DatabaseState, feed: Feed) {
    this.#seq = seq;
    this.#origin = origin;
    this.#feed = feed;
    this.#catalog = changes.map((change) => catalogEvent(change, state)).filter((event) => event !== undefined);
  }

  note(index: number, table: TableState, key: Key, before: StoredRecord | undefined, after: StoredRecord | undefined): void {
    if (before === undefined && after === undefined) return; // a key that was used up, without a record
    // What was noted first is what was there: now the change may have been made.
    this.#images[index] ??= { table: table.definition.name, key, before, after };
  }

  end(): void {
    // Row locks and reserved keys are no change of the data.
    if (this.#catalog.length > 0 || this.#images.length > 0) this.#feed.push(this.#seq, this.#makeEvent);
  }

  readonly #makeEvent = (): CommitEvent => {
    const images = this.#images.filter((image) => image !== undefined);
    const changes: readonly ChangeEvent[] = Object.freeze([...this.#catalog, ...images.map(recordEvent)]);
    return Object.freeze({ seq: this.#seq, origin: this.#origin, changes });
  };
}

/** One record before and after a commit; undefined where there was or is none. */
interface Images {
  readonly table: string;
  readonly key: Key;
  readonly before: StoredRecord | undefined;
  readonly after: StoredRecord | undefined;
}

/** The event of one record. */
function recordEvent({ table, key, before, after }: Images): ChangeEvent {
  if (before === undefined) return Object.freeze({ type: "insert", table, key, after: image(after!) });
  if (after === undefined) return Object.freeze({ type: "delete", table, key, before: image(before) });
  return Object.freeze({ type: "update", table, key, before: image(before), after: image(after) });
}

/** The event of a catalog change; undefined for changes of records. To be made before the commit is applied, while a dropped table has its name. */
function catalogEvent(change: Change, state: DatabaseState): ChangeEvent | undefined {
  switch (change.type) {
    case "put":
    case "delete":
    case "keyCounter":
    case "tableCounter":
    case "columns":
    case "requestRows":
    case "cancelRows":
    case "releaseRows":
    case "releaseReplica":
      return undefined;
    case "createTable":
      return Object.freeze({ type: change.type, table: change.definition.name });
    case "dropTable":
      return Object.freeze({ type: change.type, table: nameOf(change.table, state) });
    case "createIndex":
      return Object.freeze({ type: change.type, table: nameOf(change.table, state), fields: change.definition.fields.map(pathText) });
    case "dropIndex":
      return Object.freeze({ type: change.type, table: nameOf(change.table, state), fields: change.fields.map(pathText) });
  }
}

function nameOf(table: TableId, state: DatabaseState): string {
  return state.table(table)?.definition.name ?? "";
}

function image(record: StoredRecord): Readonly<Record<string, unknown>> {
  return deepFreeze(copyOut(record));
}
