import type { LockMode } from "../reader-writer-lock.js";
import type { WaitCounter } from "../wait-counter.js";
import { WaitQueue } from "../wait-queue.js";
import { Waiter } from "../waiter.js";
import { LockWords } from "./lock-words.js";
import { Obstacles, type LockHolder } from "./obstacles.js";
import type { ThreadSlot } from "./slot-table.js";
import { waitSync, type SyncWait } from "./sync-wait.js";
import { Wishes } from "./wishes.js";

// #held while a writer of this thread is in: one that may await, or one that is a synchronous call.
const writing = -1;
const writingSync = -2;

const settled = Promise.resolve();

/** What a synchronous call that would wait for its own thread comes to. */
export type SyncOutcome = "granted" | "timed out" | "deadlock";

/**
 * One thread's side of a lock in shared memory: its tasks that hold the lock, those that queue, and what it has written into the lock's words.
 *
 * Among the tasks of the thread the rules are those of `RWLock`. To other threads the thread is one party: its READ bit stands for all its readers,
 * its wishes for all who queue.
 *
 * Invariants between turns, beside those of `RWLock`:
 *
 *   1. #held > 0 exactly while the READ bit is set.
 *   2. STATE names this incarnation exactly while #isOwner: a writer is in (#held < 0), or waits for readers to leave.
 *   3. While tasks queue and no writer of this thread is in, the thread's wishes are announced and it listens; otherwise neither.
 *   4. No synchronous call is in: it ends in the turn in which it began, or was torn out of it; then `#endTurn` ends it.
 */
export class LockParty {
  readonly #lock: LockWords;
  readonly #slot: ThreadSlot;
  readonly #obstacles: Obstacles;

  readonly #waits: WaitCounter;
  /** How long the last synchronous wait took, in milliseconds. */
  waitedMs = 0;

  #held = 0;
  #isOwner = false;
  readonly #readers = new WaitQueue();
  readonly #writers = new WaitQueue();
  readonly #watchers = new WaitQueue();

  /**
   * After its own turn, while a writer of another thread hurries: this one's writers keep out until they are rung, as the other leaves, or a slice is
   * over. To wake takes many times as long as to release and to take again, so otherwise the other might never find the lock free.
   */
  #holdsBack = false;

  /** Synchronous readers among #held, and whether a synchronous writer runs code that is not ours. */
  #syncReaders = 0;
  #isSection = false;
  #isTurnWatched = false;

  readonly #wishes: Wishes;

  /** @param waits counts synchronous waits; those of tasks are counted by whoever awaits them */
  constructor(words: Int32Array, offset: number, slot: ThreadSlot, waits: WaitCounter) {
    this.#waits = waits;
    slot.table.listLock(offset, slot);
    this.#lock = new LockWords(words, offset, slot.table.offset, slot.index, slot.incarnation);
    this.#slot = slot;
    this.#obstacles = new Obstacles(this.#lock, slot);
    this.#wishes = new Wishes(this.#lock, this.#obstacles, slot.doorbell, () => {
      this.#holdsBack = false;
      this.#seek();
    });
  }

  get heldMode(): LockMode | undefined {
    if (this.#held === 0) return undefined;
    return this.#held < 0 ? "write" : "read";
  }

  get readers(): number {
    return Math.max(this.#held, 0);
  }

  get waiting(): number {
    return this.#readers.size + this.#writers.size;
  }

  /** Whoever is in the way, for error messages. */
  get holder(): LockHolder | undefined {
    return this.#obstacles.holder;
  }

  tryRead(): boolean {
    if (this.#held < 0 || this.#writers.size > 0) return false;
    if (!this.#enterRead(false)) return false;
    this.#pump();
    return true;
  }

  tryWrite(): boolean {
    if (this.#held !== 0 || this.waiting > 0 || !this.#tryOwn()) return false;
    this.#held = writing;
    return true;
  }

  leaveRead(): void {
    this.#held -= 1;
    if (this.#held === 0) this.#lock.leaveRead();
    this.#pump();
  }

  /** The readers go first, those of this thread in the same turn; then the next writer, of whichever thread. */
  leaveWrite(): void {
    if (this.#readers.size > 0) {
      this.#lock.downgrade();
      this.#isOwner = false;
      this.#held = 0;
      this.#grantReaders();
      this.#pump();
    } else if (this.#writers.size > 0 && !this.#lock.othersWant) {
      this.#grantWriter();
    } else {
      this.#held = 0;
      this.#disown();
      this.#pump();
    }
  }

  /** Queues a task; it is granted the lock or gives up, and then is in no queue. */
  queue(mode: LockMode, timeoutMs: number, signal: AbortSignal | undefined): Waiter {
    const [queue, onGiveUp] = mode === "read" ? [this.#readers, this.#giveUpRead] : [this.#writers, this.#giveUpWrite];
    const waiter = new Waiter(timeoutMs, signal, onGiveUp);
    queue.push(waiter);
    this.#seek();
    return waiter;
  }

  /** Queues a task that only wants to hear when the lock could be taken for writing; undefined when that is now. */
  watch(timeoutMs: number, signal: AbortSignal | undefined): Waiter | undefined {
    if (this.#isFree) return undefined;
    const waiter = new Waiter(timeoutMs, signal, (given) => {
      this.#watchers.remove(given);
      this.#pump();
    });
    this.#watchers.push(waiter);
    this.#seek();
    return waiter;
  }

  /** Goes in for writing without waiting, ahead of the tasks of this thread that queue. */
  tryEnterWriteSync(): boolean {
    if (this.#isTorn) return true;
    if (this.#held !== 0) return false;
    if (this.#isOwner) {
      if (!this.#lock.isDrained) return false;
    } else {
      this.#lock.forgoAdmission();
      if (!this.#tryOwn()) return false;
    }
    this.#beginWriteSync(false);
    return true;
  }

  /**
   * Goes in for writing, ahead of the tasks of this thread that queue. To be left in the same turn.
   *
   * @param isSection whether code will run inside that may come here again
   * @param meanwhile is called between attempts
   */
  enterWriteSync(timeoutMs: number, isSection: boolean, meanwhile?: () => void): SyncOutcome {
    this.#watchTurn(); // before it is taken: the call may be cut off at once
    if (this.#held !== 0 || this.#isOwner || !this.#lock.takeUnnoted()) return this.#waitToWrite(timeoutMs, isSection, meanwhile);
    this.#beginWriteSync(isSection);
    return "granted";
  }

  leaveWriteSync(): void {
    this.#isSection = false;
    if (this.waiting === 0 && this.#watchers.size === 0) {
      this.#held = 0;
      this.#disown();
    } else {
      this.leaveWrite();
    }
  }

  enterReadSync(timeoutMs: number): SyncOutcome {
    if (this.#isTorn) this.leaveWriteSync();
    if (this.#held < 0) return "deadlock";
    if (this.#held > 0) {
      // Whoever waits for this thread's readers waits for the one that is in anyway, and that one cannot leave before this call.
      this.#held += 1;
    } else if (this.#isOwner) {
      this.#lock.stepAside();
      this.#isOwner = false;
      this.#held = 1;
    } else if (!this.#enterRead(true)) {
      const outcome = this.#waitSync(timeoutMs, "read", () => this.#enterRead(true));
      if (outcome !== "granted") return outcome;
    }
    this.#syncReaders += 1;
    this.#watchTurn();
    this.#pump();
    return "granted";
  }

  leaveReadSync(): void {
    this.#syncReaders -= 1;
    this.leaveRead();
  }

  #waitToWrite(timeoutMs: number, isSection: boolean, meanwhile: (() => void) | undefined): SyncOutcome {
    if (this.#isTorn) {
      this.#isSection = isSection;
      return "granted";
    }
    if (this.#held !== 0) return "deadlock";
    this.#adopt();
    const attempt = (): boolean => {
      // Each time: a writer that leaves may have admitted the tasks of this thread, which cannot come while it is blocked.
      if (!this.#isOwner) this.#lock.forgoAdmission();
      return (this.#isOwner || this.#own()) && this.#lock.isDrained;
    };
    const outcome = attempt() ? "granted" : this.#waitSync(timeoutMs, "write", attempt, meanwhile);
    if (outcome === "granted") {
      this.#beginWriteSync(isSection);
    } else if (this.#isOwner && this.#writers.size === 0) {
      this.#disown();
    }
    this.#settle();
    return outcome;
  }

  #waitSync(timeoutMs: number, mode: LockMode, attempt: () => boolean, meanwhile?: () => void): SyncOutcome {
    this.waitedMs = 0;
    if (timeoutMs === 0) return "timed out";
    this.#watchTurn();
    let isDeadlock = false;
    const wait: SyncWait = {
      attempt: () => isDeadlock || attempt(),
      announce: () => {
        if (mode === "read") this.#wishes.wantRead();
        else this.#wishes.wantWrite();
        isDeadlock = this.#obstacles.isOwnThread;
      },
      check: () => {
        this.#obstacles.clear();
        if (mode === "write") this.#lock.hurry();
      },
      awake: () => {
        this.#holdsBack = false;
      },
    };
    const startedAt = performance.now();
    const isGranted = waitSync(wait, this.#slot.doorbell, timeoutMs, meanwhile);
    this.waitedMs = performance.now() - startedAt;
    this.#waits.add(this.waitedMs);
    this.#settle();
    if (isDeadlock) return "deadlock";
    return isGranted ? "granted" : "timed out";
  }

  get #isFree(): boolean {
    return this.#held === 0 && (this.#isOwner ? this.#lock.isDrained : this.#lock.isFree);
  }

  /** A synchronous writer is in whose code is ours: it calls nobody who could come here again, so it was torn out of a call. */
  get #isTorn(): boolean {
    return this.#held === writingSync && !this.#isSection;
  }

  #beginWriteSync(isSection: boolean): void {
    this.#held = writingSync;
    this.#isOwner = true;
    this.#isSection = isSection;
    if (this.#wishes.toWrite) this.#lock.calm();
    this.#watchTurn();
  }

  // No microtask runs while a synchronous call is under way. So what is in then was torn out of its thread half-way (the time limit of `vm` skips
  // `finally`), and nobody else would ever end it.
  #watchTurn(): void {
    if (this.#isTurnWatched) return;
    void settled.then(this.#endTurn);
    this.#isTurnWatched = true; // after it is: a call that is cut off in between is made again
  }

  readonly #endTurn = (): void => {
    this.#isTurnWatched = false;
    this.#adopt();
    while (this.#syncReaders > 0) this.leaveReadSync();
    if (this.#held === writingSync) this.leaveWriteSync();
    if (this.#isOwner && this.#held >= 0 && this.#writers.size === 0) this.#disown();
    if (this.#wishes.any) this.#settle();
  };

  /** Notes that STATE is this thread's where a call was cut off between the word and the note. */
  #adopt(): void {
    if (!this.#isOwner && this.#held === 0 && this.#lock.isMine) this.#isOwner = true;
  }

  // Looks first: to take STATE and give it back turns readers away who are on their way in.
  #tryOwn(): boolean {
    if (this.#lock.takeUnnoted() || this.#lock.isMine) return (this.#isOwner = true);
    if (!this.#lock.isFree || !this.#own()) return false;
    if (this.#lock.isDrained) return true;
    this.#disown();
    return false;
  }

  #own(): boolean {
    if (this.#holdsBack && (this.#holdsBack = this.#lock.othersHurry)) return false;
    this.#isOwner = this.#lock.take();
    return this.#isOwner;
  }

  #disown(): void {
    this.#isOwner = false;
    if (this.#lock.leaveWrite()) this.#holdsBack = this.#lock.othersHurry;
  }

  // A thread that is in already needs no bit: only leave to let another of its readers in, while a writer may be waiting for it.
  #enterRead(overtakesOwn: boolean): boolean {
    const isIn = this.#held > 0 ? this.#lock.mayRead(overtakesOwn) : this.#lock.enterRead(overtakesOwn);
    if (!isIn) return false;
    this.#held += 1;
    // What was waited for together is granted together.
    if (this.#wishes.toRead && this.#lock.isAdmitted) this.#grantReaders();
    return true;
  }

  #grantReaders(): void {
    for (let waiter = this.#readers.shift(); waiter !== undefined; waiter = this.#readers.shift()) {
      this.#held += 1;
      waiter.grant();
    }
  }

  #grantWriter(): void {
    const waiter = this.#writers.shift();
    if (waiter === undefined) return;
    this.#lock.calm();
    this.#held = writing;
    waiter.grant();
  }

  readonly #giveUpRead = (waiter: Waiter): void => {
    this.#readers.remove(waiter);
    this.#settle();
  };

  readonly #giveUpWrite = (waiter: Waiter): void => {
    this.#writers.remove(waiter);
    this.#pump();
  };

  #seek(): void {
    this.#settle();
    this.#pump();
  }

  /** Lets in whoever can come in. Called after whatever may have made that possible: here, a ring, a slice. */
  #pump(): void {
    if (this.#held >= 0 && (this.waiting > 0 || this.#watchers.size > 0 || this.#isOwner)) this.#advance();
    this.#settle();
  }

  #advance(): void {
    if (this.#writers.size === 0 && this.#isOwner) this.#disown();
    if (this.#writers.size === 0 || this.#lock.isAdmitted) this.#advanceReaders();
    if (this.#writers.size > 0 && (this.#isOwner || this.#own()) && this.#lock.isDrained) this.#grantWriter();
    while (this.#watchers.size > 0 && this.#isFree) this.#watchers.shift()?.grant();
  }

  #advanceReaders(): void {
    if (this.#readers.size === 0) return;
    // The wish to write is taken back first: nobody of this thread has it any more, and it would stand in the readers' way.
    this.#settle();
    if (!this.#enterRead(false)) return;
    this.#grantReaders();
    // The one that #enterRead let in was nobody in particular.
    this.#held -= 1;
  }

  /** Makes wishes and listening agree with who queues. */
  #settle(): void {
    const isWaiting = this.#held >= 0;
    this.#wishes.set(isWaiting && this.#readers.size > 0, isWaiting && (this.#writers.size > 0 || this.#watchers.size > 0));
  }
}
