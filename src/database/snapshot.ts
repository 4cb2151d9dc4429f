import { inspect } from "node:util";
import { ClosedError } from "../base/errors.js";
import type { Replica } from "../replica/replica.js";
import { tableNotFound } from "../replica/table-not-found.js";
import type { OpenSnapshot } from "../state/open-snapshot.js";
import { checkTableOrName, TableReader } from "../table/table-reader.js";
import type { TableReader as TypedReader } from "../table/types/table-reader.js";
import { SnapshotSource } from "../transaction/snapshot-source.js";

// oxlint-disable-next-line typescript/no-explicit-any -- what the generic signatures of `Snapshot` narrow for each caller
type AnyReader = TypedReader<any>;

/** Closes the snapshots of handles that were forgotten, so that they do not collect pre-images for ever. */
const forgotten = new FinalizationRegistry<OpenSnapshot>((snapshot) => snapshot.close());

/** A read-only view of all tables at one seq. */
export class Snapshot {
  readonly #replica: Replica;
  readonly #snapshot: OpenSnapshot;

  constructor(replica: Replica) {
    this.#replica = replica;
    this.#snapshot = replica.state.openSnapshot();
    forgotten.register(this, this.#snapshot, this);
  }

  get seq(): number {
    return this.#snapshot.seq;
  }

  getTable(table: unknown): AnyReader {
    const name = checkTableOrName("getTable()", table);
    this.assertOpen();
    const state = this.#snapshot.tableNamed(name, this.#replica.state.tableNamed(name));
    if (state === undefined) throw tableNotFound("getTable()", name, this.#replica.state, "the snapshot has no table");
    const context = this.#replica.contextOf(state);
    return new TableReader(new SnapshotSource(context, this.#replica, this.#snapshot, this)) as unknown as AnyReader; // the typed face of the same object
  }

  /** @throws ClosedError when the snapshot, or its database, was closed */
  assertOpen(): void {
    if (!this.#isOpen) throw new ClosedError("the snapshot is closed");
  }

  get #isOpen(): boolean {
    return !this.#replica.isClosed && this.#snapshot.isOpen;
  }

  [inspect.custom](): string {
    return `Snapshot { seq ${this.seq}, ${this.#isOpen ? "open" : "closed"} }`;
  }

  close(): void {
    forgotten.unregister(this);
    this.#snapshot.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
