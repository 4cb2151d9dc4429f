import { LockTimeoutError } from "../base/errors.js";
import { holderText } from "../lock/shared/obstacles.js";
import type { LockHolder } from "../lock/shared/obstacles.js";
import { joinSignals } from "../lock/joined-signal.js";
import type { WaitCounter } from "../lock/wait-counter.js";
import type { WaitOptions } from "../lock/wait-options.js";
import { WaitQueue } from "../lock/wait-queue.js";
import { Waiter } from "../lock/waiter.js";
import { TableContext } from "./table-context.js";

/** What waiting with a commit needs of the replica and its road. */
export interface CommitHost {
  /** Aborts when the database is closed. */
  readonly closing: AbortSignal;
  readonly lockWaits: WaitCounter;
  whenFree(table: TableContext, options: WaitOptions): Promise<void>;
}

/** How long a commit waits in all. */
export interface CommitLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Tries to commit without waiting.
 * @param first the table of the line in which the caller is first
 * @returns what the commit answers, or a table that somebody has
 */
export type Attempt<R> = (first?: TableContext) => R | TableContext;

/** One commit that waits. */
interface Wait<R> {
  readonly attempt: Attempt<R>;
  readonly limits: CommitLimits;
  readonly since: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The commits of this thread that wait for tables which somebody else has locked: one line for each table, first come, first served.
 *
 * - Only the first of a line waits for the table itself: one waiter in the table's lock, whatever the number of tasks. It is rung when the lock is
 *   free, looks, and commits without waiting; then the next of the line does, and waits only if somebody has come in between. So the cost of a wait
 *   does not grow with the number of those who wait, and nobody looks again by the clock.
 * - No wake-up is lost: who leaves a line calls the next one, whichever way it leaves (committed, refused, timed out, aborted, gone on to the line
 *   of another table). How the first is woken, and what happens when the holder dies, is argued at `LockParty.watch`.
 * - The first holds nothing while it waits. A place in the lock's own queue would be as fair, but between the grant and the commit this thread's
 *   synchronous verbs would be refused, as if a section were open. Where a section of this thread is open they are anyway: then it queues there.
 */
export class CommitLines {
  readonly #host: CommitHost;
  readonly #lines = new Map<TableContext, Line>();

  constructor(host: CommitHost) {
    this.#host = host;
  }

  /** Whether a commit of this thread waits for a table: whoever comes now comes after it. */
  isWaitedFor(table: TableContext): boolean {
    return this.#lines.size > 0 && this.#lines.has(table);
  }

  /**
   * Waits for tables and commits.
   *
   * @param busy the table that was in the way of the first attempt
   * @throws LockTimeoutError when a table could not be written in time; the signal's reason; ClosedError; what the attempt throws
   */
  async commit<R>(busy: TableContext, attempt: Attempt<R>, limits: CommitLimits): Promise<R> {
    const { signal, letGo } = joinSignals(this.#host.closing, limits.signal);
    const wait = { attempt, limits, since: performance.now(), signal };
    let table = busy;
    try {
      for (;;) {
        signal?.throwIfAborted();
        // One at a time: whoever has to wait for a table has no place in the line of another.
        const done = table.lock.isOpen ? await this.#commitInSection(table, wait) : await this.#commitInLine(table, wait);
        if (!(done instanceof TableContext)) return done;
        table = done;
      }
    } finally {
      letGo();
    }
  }

  /** Behind the sections of this thread, in one that is as long as the commit: to wait for them without committing there could go on for ever. */
  async #commitInSection<R>(table: TableContext, wait: Wait<R>): Promise<R | TableContext> {
    let isIn = false;
    const attempt = (): R | TableContext => {
      isIn = true;
      return wait.attempt();
    };
    try {
      return await table.lock.write(attempt, { timeoutMs: leftMs(wait), signal: wait.signal });
    } catch (error) {
      throw isIn ? error : ofWholeWait(error, table, wait);
    }
  }

  async #commitInLine<R>(table: TableContext, wait: Wait<R>): Promise<R | TableContext> {
    const line = this.#lines.get(table) ?? this.#open(table);
    await this.#enter(line, table, wait);
    try {
      for (;;) {
        await this.#whenFree(table, wait, leftMs(wait));
        const done = wait.attempt(table);
        if (done !== table || table.lock.isOpen) return done;
      }
    } finally {
      if (!line.leave()) this.#lines.delete(table);
    }
  }

  #open(table: TableContext): Line {
    const line = new Line();
    this.#lines.set(table, line);
    return line;
  }

  async #enter<R>(line: Line, table: TableContext, wait: Wait<R>): Promise<void> {
    const waiter = line.enter(leftMs(wait), wait.signal);
    if (waiter === undefined) return;
    const outcome = await waiter.outcome;
    this.#host.lockWaits.add(waiter.waitedMs);
    if (outcome === "aborted") throw wait.signal?.reason;
    if (outcome === "granted") return;
    await this.#whenFree(table, wait, 0); // names the holder
    throw ofWholeWait(new LockTimeoutError(""), table, wait);
  }

  async #whenFree<R>(table: TableContext, wait: Wait<R>, timeoutMs: number): Promise<void> {
    try {
      await this.#host.whenFree(table, { timeoutMs, signal: wait.signal });
    } catch (error) {
      throw ofWholeWait(error, table, wait);
    }
  }
}

/** Who waits for one table. It lasts as long as somebody is in it. */
class Line {
  readonly #queue = new WaitQueue();
  #isLed = false;

  /** Waits until the caller is first; undefined where it is so at once. */
  enter(timeoutMs: number, signal: AbortSignal | undefined): Waiter | undefined {
    if (!this.#isLed) {
      this.#isLed = true;
      return undefined;
    }
    const waiter = new Waiter(timeoutMs, signal, (given) => this.#queue.remove(given));
    this.#queue.push(waiter);
    return waiter;
  }

  /** To be called by the first: whether there is a next one. */
  leave(): boolean {
    const next = this.#queue.shift();
    next?.grant();
    return next !== undefined;
  }
}

function leftMs({ since, limits }: Wait<unknown>): number {
  return Math.max(0, since + limits.timeoutMs - performance.now());
}

/** A time-out names the limit of the whole wait, of which only a rest was left for the lock that it ended in; other errors stay as they are. */
function ofWholeWait(error: unknown, { name }: TableContext, { since, limits }: Wait<unknown>): unknown {
  if (!(error instanceof LockTimeoutError)) return error;
  const { timeoutMs } = limits;
  const holder = error.details.holder as LockHolder | undefined; // as the lock says it
  const label = `table ${JSON.stringify(name)}`;
  const waitedMs = performance.now() - since;
  return new LockTimeoutError(`${label} was not free for writing within ${timeoutMs} ms${holderText(holder)}`, {
    name: label,
    table: name,
    mode: "write",
    timeoutMs,
    waitedMs,
    holder,
  });
}
