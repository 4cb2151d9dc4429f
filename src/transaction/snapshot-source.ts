import { ClosedError } from "../base/errors.js";
import type { Replica } from "../replica/replica.js";
import type { TableContext } from "../replica/table-context.js";
import type { OpenSnapshot } from "../state/open-snapshot.js";
import { TableView } from "../state/table-view.js";
import type { ReadSource } from "./table-source.js";

/** Reads a table as it was when a snapshot was opened. */
export class SnapshotSource implements ReadSource {
  readonly context: TableContext;
  readonly #replica: Replica;
  readonly #snapshot: OpenSnapshot;
  readonly #view: TableView;

  constructor(context: TableContext, replica: Replica, snapshot: OpenSnapshot) {
    this.context = context;
    this.#replica = replica;
    this.#snapshot = snapshot;
    this.#view = new TableView(context.state, snapshot.overlayOf(context.state.definition.id));
  }

  view(): TableView {
    if (!this.#replica.state.snapshots.has(this.#snapshot)) throw new ClosedError("the snapshot is closed");
    return this.#view;
  }

  runUserCode<R>(verb: string, run: () => R): R {
    return this.#replica.runUserCode(verb, run);
  }
}
