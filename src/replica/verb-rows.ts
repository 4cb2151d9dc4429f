import type { Key } from "../base/value.js";
import type { Change, ReplicaId, RowOwner } from "../log/commit.js";
import type { WaitCounter } from "../lock/wait-counter.js";
import type { BlockedRow } from "../state/row-locks.js";
import type { DatabaseState } from "../state/database-state.js";
import type { TableState } from "../state/table-state.js";
import type { Planned } from "./road.js";
import { rowDeadlockError, rowLockedError, rowTimeoutError } from "./row-errors.js";
import type { TableContext } from "./table-context.js";

/** What waiting for rows needs of the replica and its road. */
export interface VerbHost {
  readonly state: DatabaseState;
  readonly lockTimeoutMs: number;
  readonly rowWaitCounter: WaitCounter;
  /** Whether the rows that a verb gets are kept for further runs of it. */
  readonly keepsRows: boolean;
  contextOf(state: TableState): TableContext;
  reapHolders(): void;
}

/** The part of a road that waiting for rows takes. */
export interface VerbRoad {
  readonly id: ReplicaId;
  commit<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>, catalog: boolean): R;
  commitAside<R>(table: TableContext | undefined, plan: () => Planned<R>): R;
  refresh(): void;
  /** Blocks the thread until the log may have moved, at most for some milliseconds. */
  sleepSync(timeoutMs: number): void;
}

/** How long a wait goes on before it looks whether those that it waits for still live. */
const sliceMs = 25;

/**
 * The rows that a synchronous verb of this thread waits for and gets, under the owner number 0.
 *
 * While it waits the whole thread does, and with it every transaction of the thread; whoever looks for circles takes that into account. The verb holds no
 * lock of a table meanwhile.
 */
export class VerbRows {
  readonly #host: VerbHost;
  readonly #road: VerbRoad;
  #isWaiting = false;

  constructor(host: VerbHost, road: VerbRoad) {
    this.#host = host;
    this.#road = road;
  }

  /** In whose name the rows are locked. */
  get owner(): RowOwner {
    return { replica: this.#road.id, number: 0 };
  }

  /** The first row that stands in a plan's way. What this thread's verb has got does not. */
  blocker({ changes, owner }: Planned<unknown>): BlockedRow | undefined {
    const { rowLocks } = this.#host.state;
    return rowLocks.size === 0 ? undefined : rowLocks.blocker(changes, owner ?? this.owner);
  }

  /** The changes of a verb, with the release of the rows that were got for it, unless they are kept. */
  complete(changes: readonly Change[]): readonly Change[] {
    return this.#hasRows ? [...changes, this.#releaseAll] : changes;
  }

  /** Forgets a wait that was cut off half-way. What was got for it is given back like anything else. */
  endInterrupted(): void {
    this.#isWaiting = false;
  }

  /** Gives back what was got, where the commit has not done so and it is not kept. */
  release(): void {
    if (this.#hasRows) this.#road.commitAside(undefined, () => ({ changes: this.#hasRows ? [this.#releaseAll] : [], result: undefined }));
  }

  /** Whether there is anything to be given back now. */
  get #hasRows(): boolean {
    const { state, keepsRows } = this.#host;
    return state.rowLocks.size > 0 && !this.#isWaiting && !keepsRows && state.rowLocks.knows(this.owner);
  }

  get #releaseAll(): Change {
    return { type: "releaseRows", owner: this.owner, rows: undefined };
  }

  /**
   * Gets a row that a transaction of another thread has locked; to be called without any lock of a table.
   *
   * @throws RowLockedError when it is a transaction of this thread, which cannot go on while the verb waits
   * @throws DeadlockError when the transaction waits in turn for this thread
   * @throws LockTimeoutError
   */
  wait(verb: string, { table, key, holder }: BlockedRow): void {
    const { state } = this.#host;
    const definition = state.table(table);
    if (definition === undefined) return; // dropped meanwhile, which the verb will find
    const context = this.#host.contextOf(definition);
    if (holder.replica === this.#road.id) throw rowLockedError(verb, context.name, key);
    const { owner } = this;
    const began = performance.timeOrigin + performance.now();
    const request: Change = { type: "requestRows", table, keys: [key], mode: "update", owner, began };
    this.#isWaiting = true;
    try {
      this.#road.commit(verb, [context], () => ({ changes: [request], result: undefined }), false);
      this.#sleep(verb, context, key);
    } finally {
      this.#isWaiting = false;
    }
    if (!state.rowLocks.holds(owner, table, key, "update")) throw rowDeadlockError(verb, context.name, key, "verb");
  }

  #sleep(verb: string, { name, state: { definition } }: TableContext, key: Key): void {
    const { state, lockTimeoutMs, rowWaitCounter } = this.#host;
    const { owner } = this;
    const { id: table } = definition;
    const since = performance.now();
    try {
      while (state.rowLocks.waits(owner, table, key)) {
        const left = since + lockTimeoutMs - performance.now();
        if (left <= 0) throw rowTimeoutError(verb, name, key, lockTimeoutMs);
        this.#host.reapHolders();
        this.#road.sleepSync(Math.min(left, sliceMs));
        this.#road.refresh();
      }
    } finally {
      rowWaitCounter.add(performance.now() - since);
      if (state.rowLocks.waits(owner, table, key)) {
        this.#road.commitAside(undefined, () => ({ changes: [{ type: "cancelRows", table, keys: [key], owner }], result: undefined }));
      }
    }
  }
}
