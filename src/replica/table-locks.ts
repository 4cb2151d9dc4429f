import { performance } from "node:perf_hooks";
import { describe } from "../base/describe.js";
import { LockTimeoutError } from "../base/errors.js";
import { isUnused } from "../lock/shared/lock-words.js";
import { SharedRWLock } from "../lock/shared/shared-rw-lock.js";
import type { WaitOptions } from "../lock/wait-options.js";
import type { ThreadSlot } from "../lock/shared/slot-table.js";
import type { TableDefinition } from "../log/commit.js";
import { ControlBuffer, maxTables, refuseTable } from "../log/control-buffer.js";
import type { RoadHost } from "./road.js";
import type { TableContext } from "./table-context.js";

/** The lock of the catalog, which no table has. */
const catalogLock = 0;

/** A table that stays locked for longer is locked by a section, or by a commit that is worth leaving the thread to others for, in milliseconds. */
const shortCommitMs = 0.2;

/**
 * The locks of the tables of a shared database, as one thread takes them for its commits. Whoever waits for a lock holds no other, so the order in
 * which several are wanted can lead to no deadlock.
 */
export class TableLocks {
  readonly #host: RoadHost;
  readonly #words: Int32Array;
  readonly #slot: ThreadSlot;
  readonly #meanwhile: () => void;
  readonly #locks = new Map<number, { readonly lock: SharedRWLock; readonly name: string }>();
  /** Those that this thread holds for a commit of several tables, or for a while in which nobody else may write. */
  readonly #held = new Set<SharedRWLock>();
  /** The one that this thread holds, takes or gives back for a commit of one table. */
  #entered: SharedRWLock | undefined;
  #isExclusive = false;

  /** @param meanwhile is called again and again while this thread waits for a lock */
  constructor(host: RoadHost, words: Int32Array, slot: ThreadSlot, meanwhile: () => void) {
    this.#host = host;
    this.#words = words;
    this.#slot = slot;
    this.#meanwhile = meanwhile;
  }

  /** Whether this thread keeps all others from writing. */
  get isExclusive(): boolean {
    return this.#isExclusive;
  }

  /** The lock of a table. One object for each lock: what this thread holds and waits for is noted in it. */
  of({ lockNumber, name }: TableDefinition): SharedRWLock {
    return this.#numbered(lockNumber, `table ${describe(name)}`);
  }

  /**
   * The number of a lock for a new table. To be asked for with the catalog locked.
   *
   * A number is not given again while anybody has the lock or waits for it: a section may outlive its table, and whoever waited for one that was dropped
   * does not know it yet. Numbers go round, so that one comes again late.
   *
   * @throws DictDBError CAPACITY when all are taken
   */
  freeNumber(): number {
    const { state } = this.#host;
    const taken = state.lockNumbers;
    const first = state.nextTableId % (maxTables - 1);
    const free = Array.from({ length: maxTables - 1 }, (_, i) => 1 + ((first + i) % (maxTables - 1))).filter(
      (number) => !taken.has(number),
    );
    return free.find((number) => isUnused(this.#words, ControlBuffer.lockAt(number))) ?? free[0] ?? refuseTable();
  }

  holds(table: TableContext): boolean {
    return this.#held.has(this.#lockOf(table));
  }

  /** Resolves once a table looks free for a commit, or a task of this thread has a section of it. */
  async whenFree(table: TableContext, options: WaitOptions): Promise<void> {
    await this.#lockOf(table).whenFree(options, true);
  }

  /**
   * Locks tables if that needs no wait: the function that unlocks them, else the first one that somebody has.
   * @param isPatient whether a commit of another thread is worth some microseconds
   */
  tryEnterAll(tables: readonly TableContext[], isPatient: boolean): (() => void) | TableContext {
    this.leaveInterrupted();
    const entered: SharedRWLock[] = [];
    const leave = (): void => {
      for (const lock of entered) if (this.#held.has(lock)) this.#leaveHeld(lock);
    };
    for (const table of tables) {
      const lock = this.#lockOf(table);
      if (this.#held.has(lock) || table.lock.ownMode === "write") continue;
      const isIn = !table.lock.isOpen && (this.#tryEnter(lock) || (isPatient && entered.length === 0 && this.#enterSoon(lock)));
      if (!isIn) {
        leave();
        return table;
      }
      entered.push(lock);
    }
    return leave;
  }

  /** Locks one table; undefined where it is locked already: inside an own section, or while everything is. */
  enter(table: TableContext): SharedRWLock | undefined {
    if (table.lock.isOpen) return undefined;
    const lock = this.#lockOf(table);
    if (this.#held.has(lock)) return undefined;
    this.#entered = lock; // before it is held: it may be cut off in between
    try {
      lock.enterWrite(this.#host.lockTimeoutMs, this.#meanwhile);
    } catch (error) {
      if (lock.heldMode !== "write") this.#entered = undefined;
      throw error;
    }
    return lock;
  }

  /** Unlocks what {@link enter} has locked. */
  leave(lock: SharedRWLock | undefined): void {
    if (lock === undefined) return;
    lock.leaveWrite();
    this.#entered = undefined;
  }

  /** Locks tables, and the catalog if it changes; the function that unlocks them. */
  enterAll(verb: string, tables: readonly TableContext[], catalog: boolean): () => void {
    const { lockTimeoutMs } = this.#host;
    this.leaveInterrupted();
    for (const table of tables) this.#host.assertTableWritable(verb, table);
    const locks = tables.filter(({ lock }) => !lock.isOpen).map((table) => this.#lockOf(table));
    if (catalog) locks.unshift(this.#numbered(catalogLock, "the catalog"));
    const wanted = locks.filter((lock) => !this.#held.has(lock));
    const deadline = performance.now() + lockTimeoutMs;
    const leave = (): void => {
      for (const lock of wanted) if (this.#held.has(lock)) this.#leaveHeld(lock);
    };
    for (let busy = wanted[0]; busy !== undefined;) {
      leave();
      this.#held.add(busy); // before it is held: it may be cut off in between
      try {
        busy.enterWrite(Math.max(deadline - performance.now(), 0), this.#meanwhile, lockTimeoutMs);
      } catch (error) {
        this.#leaveHeld(busy);
        throw error;
      }
      busy = wanted.find((lock) => !this.#held.has(lock) && !this.#tryEnter(lock));
    }
    return leave;
  }

  /** Runs a function while all tables and the catalog are locked. */
  exclusively<R>(verb: string, run: () => R): R {
    const tables = Array.from(this.#host.state.tables, (table) => this.#host.contextOf(table));
    const leave = this.enterAll(verb, tables, true);
    this.#isExclusive = true;
    try {
      return run();
    } finally {
      this.#isExclusive = false;
      leave();
    }
  }

  /** To be called where a unit of work was cut off, which may have locked everything. */
  endExclusive(): void {
    this.#isExclusive = false;
    this.leaveInterrupted();
  }

  /** Gives back the locks of a commit that was torn out of the thread half-way. To be called where none can be under way. */
  leaveInterrupted(): void {
    const entered = this.#entered;
    if (entered !== undefined) {
      if (entered.heldMode === "write") entered.leaveWrite();
      this.#entered = undefined;
    }
    if (this.#isExclusive) return;
    for (const lock of this.#held) this.#leaveHeld(lock);
  }

  #leaveHeld(lock: SharedRWLock): void {
    if (lock.heldMode === "write") lock.leaveWrite();
    this.#held.delete(lock);
  }

  #tryEnter(lock: SharedRWLock): boolean {
    this.#held.add(lock);
    const entered = lock.tryEnterWrite();
    if (!entered) this.#held.delete(lock);
    return entered;
  }

  #enterSoon(lock: SharedRWLock): boolean {
    try {
      lock.enterWrite(shortCommitMs, this.#meanwhile);
    } catch (error) {
      if (error instanceof LockTimeoutError) return false;
      throw error;
    }
    this.#held.add(lock);
    return true;
  }

  #lockOf({ state }: TableContext): SharedRWLock {
    return this.#locks.get(state.definition.lockNumber)!.lock;
  }

  #numbered(number: number, name: string): SharedRWLock {
    const known = this.#locks.get(number);
    // A table made in the place of a dropped one brings its own name.
    if (known !== undefined && (known.name === name || known.lock.heldMode !== undefined || known.lock.waiting > 0)) return known.lock;
    const { lockTimeoutMs: timeoutMs, lockWaits: waits } = this.#host;
    const lock = SharedRWLock.at(this.#words, ControlBuffer.lockAt(number), this.#slot, { name, timeoutMs, waits });
    this.#locks.set(number, { lock, name });
    return lock;
  }
}
