import type { Compaction, CompactionTurn } from "../log/compaction.js";
import type { Change } from "../log/commit.js";
import type { Meet } from "../log/log.js";
import type { SharedLog } from "../log/shared-log.js";
import { baseChanges } from "../state/base-changes.js";
import type { DatabaseState } from "../state/database-state.js";
import type { OpenSnapshot } from "../state/open-snapshot.js";

/** Records in one frame of a base. */
const recordsPerFrame = 256;

/** A slice of work comes after this many words of log at the earliest, and writes four times as many: so it ends before the log has grown by half. */
const grainWords = 4 * 1_024;
const pace = 4;

/** How much is written at a time while the thread has nothing else to do: some milliseconds' worth. */
const idleWords = 64 * 1_024;

/** An attempt that is under way. */
interface Attempt {
  readonly compaction: Compaction;
  readonly snapshot: OpenSnapshot;
  readonly steps: Iterator<readonly Change[], undefined>;
  baseDone: boolean;
  /** Where the log ended when it was last worked on. */
  workedAt: number;
}

/**
 * Keeps the log short: once it has outgrown its base, writes a new base from a snapshot, in slices between this thread's commits and while its event
 * loop is idle, and makes that the active segment. Nobody waits for it but for the moment of the last step.
 */
export class Compactor {
  readonly #state: DatabaseState;
  readonly #log: SharedLog;
  readonly #turn: CompactionTurn;
  readonly #meet: Meet;
  #attempt: Attempt | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Why the last attempt failed. */
  #failure: Error | undefined;
  /** No new attempt before the log is this long: set when one failed for want of memory. */
  #notBefore = 0;

  constructor(state: DatabaseState, log: SharedLog, turn: CompactionTurn, meet: Meet) {
    this.#state = state;
    this.#log = log;
    this.#turn = turn;
    this.#meet = meet;
  }

  /** Does its share of the work. To be called after each commit of this thread, when the state is up to date. */
  advance(): void {
    const attempt = this.#attempt;
    if (attempt === undefined) {
      if (this.#log.isLong && this.#log.position >= this.#notBefore) this.#begin();
      return;
    }
    const appended = this.#log.position - attempt.workedAt;
    if (appended >= grainWords || appended < 0) this.#work(attempt, pace * Math.abs(appended));
  }

  /**
   * Writes the whole of a base at once; for a database that nobody else knows yet.
   * @throws DictDBError CAPACITY when the memory does not hold it
   */
  writeNow(): void {
    this.#begin();
    while (this.#attempt !== undefined) this.#work(this.#attempt, Infinity);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Gives up what it has begun; another thread may begin again. */
  close(): void {
    if (this.#attempt !== undefined) this.#end(this.#attempt);
  }

  #begin(): void {
    if (this.#state.underWay !== undefined || this.#log.isTorn) return; // a commit was cut off half-way: whoever uses the state next finishes it
    const compaction = this.#turn.try(() => this.#turn.begin());
    if (compaction === undefined) return;
    const snapshot = this.#state.openSnapshot();
    const steps = baseChanges(this.#state, snapshot, recordsPerFrame);
    const attempt: Attempt = { compaction, snapshot, steps, baseDone: false, workedAt: this.#log.position };
    this.#attempt = attempt;
    this.#work(attempt, idleWords); // the first step looks at the catalog, so it has to be taken now
  }

  #work(attempt: Attempt, budget: number): void {
    try {
      // A state that does not agree with the log is torn, and about to be mended.
      const isTorn = this.#log.isBusy || this.#log.isTorn || this.#state.seq !== this.#log.seq;
      if (isTorn || this.#turn.try(() => this.#slice(attempt, budget)) === "done") this.#end(attempt);
      else this.#goOnWhenIdle(attempt);
    } catch (error) {
      // Shared memory is full, or so is this thread's own. The commits stand; the log just stays long.
      this.#notBefore = this.#log.position + grainWords;
      this.#end(attempt);
      if (!(error instanceof Error)) throw error;
      this.#failure = error;
    }
  }

  #slice(attempt: Attempt, budget: number): "more" | "done" {
    const { compaction, steps } = attempt;
    if (!compaction.isCurrent) return "done";
    attempt.workedAt = this.#log.position;
    const end = compaction.written + budget;
    while (!attempt.baseDone && compaction.written < end) {
      const step = steps.next();
      if (step.done !== true) compaction.add(step.value);
      else {
        compaction.endBase();
        attempt.baseDone = true;
      }
    }
    if (!attempt.baseDone || !compaction.copyLog(Math.max(end - compaction.written, grainWords))) return "more";
    compaction.flip(this.#meet);
    return "done";
  }

  #goOnWhenIdle(attempt: Attempt): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#attempt === attempt) this.#work(attempt, idleWords);
    }, 1).unref();
  }

  #end({ snapshot }: Attempt): void {
    snapshot.close();
    this.#attempt = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
