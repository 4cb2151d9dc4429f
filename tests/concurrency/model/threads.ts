import type { Model } from "./explore.js";
import type { Stepper } from "./stepper.js";

/** One thread of a model: where it is in its program, and what the operations of its present step have answered. */
export interface Thread {
  readonly at: string;
  readonly answers: readonly number[];
  /** Whatever else its program remembers. */
  readonly memo: readonly number[];
}

export interface System {
  readonly memory: readonly number[];
  readonly threads: readonly Thread[];
  /** The thread that is in the middle of a step and was not interrupted; -1 for none. */
  readonly running: number;
  /** How many more times a step may be interrupted. */
  readonly interruptions: number;
}

/** What a thread does at one place of its program. */
export interface Place {
  /** A step of the product; `next` says where the thread goes with what it returned. */
  readonly run?: (thread: Thread) => unknown;
  readonly next?: (result: unknown, thread: Thread) => string | readonly [at: string, memo: readonly number[]];
  /** Asleep: the word that wakes it when it is notified, and where it goes then. */
  readonly sleepsOn?: number;
  readonly wokenAt?: string;
  /** Where else the thread may go of itself, without any operation: a slice or a time limit is over. */
  readonly or?: (system: System, thread: Thread) => readonly string[];
  /** Falls asleep only while the word is this; else goes on where it would be woken. */
  readonly whileWordIs?: (thread: Thread) => number;
}

export type Program = Readonly<Record<string, Place>>;

export const dead = "dead";
export const done = "done";

/** What a model of threads consists of. */
export interface ThreadModel {
  readonly stepper: Stepper;
  readonly programs: readonly Program[];
  readonly memory?: readonly number[];
  /** Whether a thread may die where it stands. */
  readonly mayDie?: (index: number, thread: Thread) => boolean;
  readonly mayStart?: (index: number, system: System) => boolean;
  readonly wrong: (system: System) => string | undefined;
  /**
   * How many times in all a thread may be interrupted in the middle of a step; without limit by default. What threads do between steps, sleeping and
   * dying included, is never limited. Three threads interleaved without limit make millions of states.
   */
  readonly interruptions?: number;
}

/** Threads that run programs made of the product's steps, interleaved between any two atomic operations. Every program begins at "start". */
export function modelOf({ stepper, programs, memory, mayDie, mayStart, wrong, interruptions = Infinity }: ThreadModel): Model<System> {
  const initial: System = {
    memory: memory ?? stepper.emptyMemory,
    threads: programs.map(() => ({ at: "start", answers: [], memo: [] })),
    running: -1,
    // A number that JSON can tell from others.
    interruptions: Math.min(interruptions, 1e9),
  };
  const isLimited = interruptions !== Infinity;

  const withThread = (system: System, index: number, thread: Thread): System => ({
    ...system,
    threads: system.threads.with(index, thread),
    running: system.running === index ? -1 : system.running,
  });

  const wake = (threads: readonly Thread[], notified: readonly number[]): readonly Thread[] =>
    notified.length === 0
      ? threads
      : threads.map((thread, index) => {
          const place = programs[index]![thread.at];
          const isWoken = place?.sleepsOn !== undefined && isAsleep(thread) && notified.includes(place.sleepsOn);
          return isWoken ? { at: place.wokenAt!, answers: [], memo: thread.memo } : thread;
        });

  const nextOf = (system: System, index: number): [string, System][] => {
    const thread = system.threads[index]!;
    const place = programs[index]![thread.at];
    if (place === undefined || (thread.at === "start" && mayStart?.(index, system) === false)) return [];
    const found: [string, System][] = [];
    if (mayDie?.(index, thread)) found.push([`${index} dies`, withThread(system, index, { at: dead, answers: [], memo: thread.memo })]);
    const interrupts = isLimited && system.running !== -1 && system.running !== index;
    if (place.run !== undefined && !(interrupts && system.interruptions === 0)) {
      const progress = stepper.advance(system.memory, thread.answers, () => place.run!(thread));
      if (progress !== undefined) {
        const moved = progress.isOver ? place.next!(progress.result, thread) : thread.at;
        const [at, memo] = typeof moved === "string" ? [moved, thread.memo] : moved;
        const stepped = { at, answers: progress.answers, memo };
        const threads = wake(system.threads.with(index, stepped), progress.notified);
        const running = isLimited && !progress.isOver && !progress.isBlocked ? index : -1;
        const left = interrupts ? system.interruptions - 1 : system.interruptions;
        found.push([`${index} ${thread.at}`, { memory: progress.memory, threads, running, interruptions: left }]);
      }
    }
    if (place.sleepsOn !== undefined && !isAsleep(thread)) {
      const isAsExpected = stepper.at(system.memory, place.sleepsOn) === place.whileWordIs!(thread);
      const target = isAsExpected ? { ...thread, answers: asleep } : { at: place.wokenAt!, answers: [], memo: thread.memo };
      found.push([`${index} ${isAsExpected ? "sleeps" : "does not sleep"}`, withThread(system, index, target)]);
    }
    if (place.or !== undefined && (place.sleepsOn === undefined || isAsleep(thread))) {
      for (const at of place.or(system, thread)) {
        found.push([`${index} turns to ${at}`, withThread(system, index, { at, answers: [], memo: thread.memo })]);
      }
    }
    return found;
  };

  return {
    initial,
    next: (system) => programs.flatMap((_, index) => nextOf(system, index)),
    wrong,
    isDone: ({ threads }) => threads.every(({ at }) => at === done || at === dead),
  };
}

const asleep = [-1];

function isAsleep(thread: Thread): boolean {
  return thread.answers.length === 1 && thread.answers[0] === -1;
}
