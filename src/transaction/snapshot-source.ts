import type { Replica } from "../replica/replica.js";
import type { TableContext } from "../replica/table-context.js";
import type { OpenSnapshot } from "../state/open-snapshot.js";
import { TableView } from "../state/table-view.js";
import type { ReadSource } from "./table-source.js";

/** What a user holds of a snapshot. It closes when it is forgotten, so whoever still reads keeps hold of it. */
export interface SnapshotHandle {
  assertOpen(): void;
}

/** Reads a table as it was when a snapshot was opened. */
export class SnapshotSource implements ReadSource {
  readonly context: TableContext;
  readonly #replica: Replica;
  readonly #handle: SnapshotHandle;
  readonly #view: TableView;

  constructor(context: TableContext, replica: Replica, snapshot: OpenSnapshot, handle: SnapshotHandle) {
    this.context = context;
    this.#replica = replica;
    this.#handle = handle;
    this.#view = new TableView(context.state, snapshot.overlayOf(context.state));
  }

  view(): TableView {
    this.#handle.assertOpen();
    return this.#view;
  }

  runUserCode<R>(verb: string, run: () => R): R {
    return this.#replica.runUserCode(verb, run);
  }
}
