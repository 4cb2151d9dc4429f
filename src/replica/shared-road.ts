import { InvariantError } from "../base/errors.js";
import { isError } from "../base/shape.js";
import type { ThreadSlot } from "../lock/shared/slot-table.js";
import type { SectionLock } from "../lock/table-lock.js";
import type { WaitOptions } from "../lock/wait-options.js";
import type { Change, Commit, ReplicaId, TableDefinition, TableId } from "../log/commit.js";
import { CompactionTurn } from "../log/compaction.js";
import { ControlBuffer } from "../log/control-buffer.js";
import { SharedLog } from "../log/shared-log.js";
import type { Segments } from "../log/shared-log.js";
import { applyCommit } from "../state/apply-commit.js";
import type { BlockedRow } from "../state/row-locks.js";
import type { TableView } from "../state/table-view.js";
import { Compactor } from "./compactor.js";
import { Rebuild } from "./rebuild.js";
import type { Planned, Road, RoadFigures, RoadHost } from "./road.js";
import { rowLockedError, sectionAmong } from "./row-errors.js";
import type { TableContext } from "./table-context.js";
import { TableLocks } from "./table-locks.js";
import { everyTable, touches } from "./touches.js";
import { VerbRows } from "./verb-rows.js";

/** After so many plans that were overtaken by commits to tables that they only read, those tables are locked as well. */
const patience = 3;

/** After so many bases that were overwritten while they were read, compaction waits until one has been. */
const attemptsAtBase = 3;

/**
 * The road of a database that threads share:
 *
 * 1. Lock every table that is written, in write mode. (Whoever has to wait for a lock holds no other.)
 * 2. Catch up with the log.
 * 3. Plan: evaluate, validate, check uniqueness, against the state.
 * 4. Encode.
 * 5. Take the log's mutex, apply the commits that arrived since step 2, and plan again if one of them changed a table that the plan has read. The
 *    tables that it writes are locked, so nothing arrives for those.
 * 6. Append, publish with one store, leave the mutex.
 * 7. Apply; unlock.
 *
 * No code of the caller's runs under the mutex, and what was published in step 6 is never reported as failed.
 */
export class SharedRoad implements Road {
  readonly log: SharedLog;
  readonly #host: RoadHost;
  readonly #slot: ThreadSlot;
  readonly #turn: CompactionTurn;
  readonly #compactor: Compactor;
  readonly #rows: VerbRows;
  readonly #locks: TableLocks;
  #closed = false;

  constructor(host: RoadHost, control: ControlBuffer, segments: Segments, slot: ThreadSlot) {
    this.#host = host;
    this.#slot = slot;
    this.log = new SharedLog(control, segments, slot);
    this.#turn = new CompactionTurn(this.log, slot);
    this.#compactor = new Compactor(host.state, this.log, this.#turn, this.#meet);
    this.#rows = new VerbRows(host, this);
    this.#locks = new TableLocks(host, control.words, slot, () => this.refresh());
  }

  get id(): number {
    return this.#slot.incarnation;
  }

  /** Makes the state of this replica, which nobody shares yet, the base of the log. */
  publishState(): void {
    this.log.start(this.#host.state.seq);
    this.#compactor.writeNow();
  }

  /** Fills the empty state of this replica from base and log. */
  join(): void {
    const { state } = this.#host;
    // Nobody looks at this state yet, so the records go straight into it. If the base is overwritten meanwhile, what was filled in is corrected.
    const seq = this.log.readBase((changes) => applyCommit(state, { seq: 0, after: 0, changes }));
    if (seq === "gone") this.#rebuild();
    else applyCommit(state, { seq, after: 0, changes: [] });
    this.#catchUp();
  }

  commit<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>, catalog: boolean): R {
    return this.#commit<R, never>(verb, plan, tables, (locked) => this.#locks.enterAll(verb, locked, catalog));
  }

  tryCommit<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>, isPatient: boolean): R | TableContext {
    return this.#commit(verb, plan, tables, (locked) => this.#locks.tryEnterAll(locked, isPatient));
  }

  async whenFree(table: TableContext, options: WaitOptions): Promise<void> {
    await this.#locks.whenFree(table, options);
  }

  /** @param enter locks tables: the function that unlocks them, or what stands in the way, which then is the answer */
  #commit<R, B extends TableContext>(
    verb: string,
    plan: () => Planned<R>,
    tables: readonly TableContext[],
    enter: (locked: readonly TableContext[]) => (() => void) | B,
  ): R | B {
    const host = this.#host;
    host.assertMayCommit(verb);
    let reads: ReadonlySet<TableId> = new Set();
    for (let attempt = 0; ; attempt++) {
      const locked = attempt < patience ? tables : this.#including(tables, reads);
      let blocked: BlockedRow | undefined;
      const leave = enter(locked);
      if (typeof leave !== "function") return leave;
      try {
        this.#catchUp();
        for (const table of tables) table.assertExists(); // another thread may have dropped it while this one waited
        const planned = host.runUserCode(verb, plan);
        if (planned.changes.length === 0) return planned.result;
        reads = planned.reads ?? reads;
        blocked = this.#rows.blocker(planned);
        const meet = (commit: Commit): boolean => this.#meet(commit) && !touches(commit, reads);
        if (blocked === undefined && this.#append(this.#rows.complete(planned.changes), meet)) return planned.result;
      } finally {
        leave();
        this.#compactor.advance();
        if (blocked === undefined) this.#rows.release();
      }
      if (blocked !== undefined) this.#waitForRow(verb, blocked, locked);
    }
  }

  commitTable<R>(verb: string, table: TableContext, plan: (view: TableView) => Planned<R>): R {
    const host = this.#host;
    for (;;) {
      host.assertMayWrite(verb); // so no other commit is under way
      this.#locks.leaveInterrupted();
      this.#rows.endInterrupted();
      host.assertWritable(verb, table);
      let blocked: BlockedRow | undefined;
      const lock = this.#locks.enter(table);
      try {
        this.#catchUp();
        table.assertExists();
        for (;;) {
          host.running = verb;
          host.runningCall = plan;
          let planned: Planned<R>;
          try {
            planned = plan(table.view);
          } finally {
            host.running = undefined;
            host.runningCall = undefined;
          }
          if (planned.changes.length === 0) return planned.result;
          blocked = this.#rows.blocker(planned);
          if (blocked !== undefined) break;
          if (this.#append(this.#rows.complete(planned.changes), this.#meet)) return planned.result;
          this.#catchUp();
        }
      } finally {
        this.#locks.leave(lock);
        this.#compactor.advance();
        if (blocked === undefined) this.#rows.release();
      }
      this.#waitForRow(verb, blocked, [table]);
    }
  }

  commitAside<R>(table: TableContext | undefined, plan: () => Planned<R>): R {
    const lock = table && this.#locks.enter(table);
    try {
      for (;;) {
        this.#catchUp();
        const { changes, result } = plan();
        if (changes.length === 0) return result;
        // Inside a read section others may be reserving keys as well.
        const meet = table === undefined ? this.#meet : (commit: Commit): boolean => this.#meet(commit) && !touches(commit, everyTable);
        const appended = this.log.append(this.#host.state.seq, changes, meet);
        if (appended === "conflict") continue;
        this.#applyOwn(appended);
        return result;
      }
    } finally {
      this.#locks.leave(lock);
    }
  }

  releaseRows(): void {
    if (!this.#closed) this.#rows.release();
  }

  endInterrupted(): void {
    this.#locks.endExclusive();
    this.#rows.endInterrupted();
  }

  isGone(replica: ReplicaId): boolean {
    return this.#slot.table.isDead(replica);
  }

  sleepSync(timeoutMs: number): void {
    this.log.bell.sleepSync(this.#hasMoved, timeoutMs);
  }

  refresh(): void {
    if (this.log.isPast(this.#host.state.seq)) this.#catchUp();
  }

  /** Hears of commits as they come, as long as anybody listens. */
  listen(): void {
    if (this.#closed || !this.#host.isListening) return;
    this.log.bell.sleep(this.#hasMoved, this.#wake);
  }

  freeLockNumber(): number {
    return this.#locks.freeNumber();
  }

  figures(): RoadFigures {
    const { table } = this.#slot;
    const threads = table.live.filter(({ index }) => !table.isSlotDead(index)).length;
    return { threads, lag: this.log.lag, sharedBytes: this.log.byteLength };
  }

  makeLock(definition: TableDefinition): SectionLock {
    return this.#locks.of(definition);
  }

  close(settled: Promise<unknown> | undefined): void {
    this.#closed = true;
    this.#compactor.close();
    this.log.bell.getUp();
    if (settled === undefined) this.#slot.detach();
    else void settled.then(() => this.#slot.detach());
  }

  holds(table: TableContext): boolean {
    return this.#locks.holds(table);
  }

  exclusively<R>(verb: string, run: () => R): R {
    this.refresh();
    return this.#locks.exclusively(verb, () => {
      this.#catchUp();
      return run();
    });
  }

  /**
   * Gets a row that is in the way. Nobody waits for a row while it holds the lock of a table, since its holder needs that to commit: so not within a
   * section, nor while this thread has everything to itself.
   */
  #waitForRow(verb: string, blocked: BlockedRow, tables: readonly TableContext[]): void {
    try {
      const section = this.#locks.isExclusive ? { table: undefined } : sectionAmong(tables);
      if (section !== undefined)
        throw rowLockedError(verb, this.#host.state.table(blocked.table)?.definition.name ?? "", blocked.key, section);
      this.#rows.wait(verb, blocked);
    } catch (error) {
      this.#rows.release();
      throw error;
    }
  }

  #including(tables: readonly TableContext[], reads: ReadonlySet<TableId>): readonly TableContext[] {
    const others = Array.from(reads, (id) => this.#host.state.table(id)).filter((table) => table !== undefined);
    return [...new Set([...tables, ...others.map((table) => this.#host.contextOf(table))])];
  }

  #append(changes: readonly Change[], meet: (commit: Commit) => boolean): boolean {
    const appended = this.log.append(this.#host.state.seq, changes, meet);
    if (appended === "conflict") {
      this.#host.conflicts++;
      return false;
    }
    this.#applyOwn(appended);
    return true;
  }

  #catchUp(): void {
    if (this.#host.state.underWay !== undefined) this.#host.mend();
    if (this.#host.state.seq !== this.log.seq) this.#recover();
    while (this.log.read(this.#applyRemote) === "gone") {
      if (this.log.isTorn) this.#recover();
      else this.#rebuild();
    }
    if (this.#host.state.seq !== this.log.seq) this.#recover();
  }

  /**
   * Applies the commit that was just published. It stands, so nothing that goes wrong here (no more stack, no more memory) is a failure of the verb
   * that made it: {@link #catchUp} finishes it before the next use.
   */
  #applyOwn(commit: Commit): void {
    try {
      this.#apply(commit, "local");
    } catch {
      // See above.
    }
  }

  /** Applies a commit, unless the state has it: then it is read again only to find the place in the log. */
  #apply(commit: Commit, origin: "local" | "remote"): void {
    if ((commit.after ?? commit.seq - 1) === this.#host.state.seq) this.#host.apply(commit, origin);
  }

  /** Finds the place in the log again where this end has lost it: reads from the base on, and passes over what the state has. */
  #recover(): void {
    const { state } = this.#host;
    this.#compactor.close(); // it does not know how far its base is written
    const rebuild = new Rebuild(state);
    const seq = this.#turn.take(() => this.log.readBase((changes) => rebuild.take(changes)));
    try {
      if (seq === "gone") throw new InvariantError("a base was overwritten while compaction was kept out");
      this.#applyBase(seq, rebuild);
      while (this.log.read(this.#applyRemote) === "gone") this.#rebuild();
      if (state.seq !== this.log.seq) throw new InvariantError("a commit cannot be applied");
    } catch (error) {
      if (isError(error, "RangeError")) throw error; // no more stack: whoever comes next begins again
      this.#host.giveUp(error);
    }
  }

  /** Finds the place of this thread in the active segment; a state that fell too far behind is brought up to the base there, as one commit. */
  #rebuild(): void {
    const { state } = this.#host;
    for (let attempt = 0; ; attempt++) {
      const rebuild = new Rebuild(state);
      const read = (): number | "found" | "gone" => {
        const place = this.log.findPlace();
        if (place === true) return "found";
        return place === "gone" ? place : this.log.readBase((changes) => rebuild.take(changes));
      };
      const seq = attempt < attemptsAtBase ? read() : this.#turn.take(read);
      if (seq === "found") return;
      if (seq === "gone") continue;
      this.#applyBase(seq, rebuild);
      return;
    }
  }

  #applyBase(seq: number, rebuild: Rebuild): void {
    const { state } = this.#host;
    if (seq > state.seq) this.#apply({ seq, after: state.seq, changes: rebuild.changes() }, "remote");
  }

  readonly #applyRemote = (commit: Commit): void => this.#apply(commit, "remote");

  readonly #meet = (commit: Commit): boolean => {
    this.#apply(commit, "remote");
    return true;
  };

  readonly #hasMoved = (): boolean => this.log.isPast(this.#host.state.seq);

  readonly #wake = (): void => {
    if (this.#closed) return;
    try {
      this.refresh();
      this.listen();
    } catch {
      // The replica has given up, and tells whoever uses it next.
    }
  };
}
