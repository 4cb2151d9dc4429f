import { lockField, lockSize, LockWords } from "../../../src/lock/shared/lock-words.js";
import type { Threads } from "../../../src/lock/shared/os-thread.js";
import { approach, SharedMutex } from "../../../src/lock/shared/shared-mutex.js";
import { header, slotAt, slotField, tableWords } from "../../../src/lock/shared/slot-layout.js";
import { SlotTable, ThreadSlot } from "../../../src/lock/shared/slot-table.js";
import { explore, type Verdict } from "./explore.js";
import { Blocked, Stepper, type Fault } from "./stepper.js";
import { dead, done, modelOf, type Place, type Program, type System } from "./threads.js";

export interface SlotOptions {
  /** How many threads come; the first is attached and in for reading from the beginning. */
  readonly threads: number;
  /** Threads that may die, anywhere. */
  readonly mortal: readonly number[];
  /** Whether the first thread is dead when the others begin; else it is alive, and dies if it is mortal. */
  readonly isFirstDead?: boolean;
  /** How often each thread attaches, one time after the other. */
  readonly rounds?: number;
  readonly fault?: Fault;
  readonly interruptions?: number;
}

const lock = tableWords;

export const slotWordsOf = {
  mutex: header.mutex,
  claim: (index: number) => slotAt(0, index, slotField.claim),
  read: lock + lockField.read,
} as const;

/**
 * Threads that attach to the product's slot table, which clears the dead, go in for reading, leave and detach. The table's mutex is the product's too,
 * but who finds it taken is put off until it is free or its owner is dead: how one waits for a mutex has a model of its own.
 */
export function walkSlots({ threads, mortal, isFirstDead = false, rounds = 1, fault, interruptions }: SlotOptions): Verdict {
  const slotFields = [slotField.claim, slotField.thread, slotField.startedAt, slotField.incarnation];
  const lockFields = [
    lockField.state,
    lockField.next,
    lockField.listed,
    lockField.read,
    lockField.wantRead,
    lockField.wantWrite,
    lockField.admit,
  ];
  const hot = [
    ...Object.values(header),
    ...Array.from({ length: threads }, (_, index) => slotFields.map((field) => slotAt(0, index, field))).flat(),
    ...lockFields.map((field) => lock + field),
  ];
  const stepper = new Stepper(tableWords + lockSize, hot, fault);
  let present: System | undefined;

  const tables = Array.from({ length: threads }, (_, thread) => {
    const osThreads: Threads = {
      threadId: thread,
      own: () => ({ id: thread + 1, startedAt: thread + 101 }),
      isGone: (id) => stepper.observe(() => present?.threads[id - 1]?.at === dead),
    };
    return new SlotTable(stepper.words, 0, osThreads);
  });

  const programs = tables.map((table): Program => {
    const slotOf = (memo: readonly number[]): ThreadSlot => new ThreadSlot(table, memo[0]!, memo[1]!, undefined as never);
    const wordsOf = (memo: readonly number[]): LockWords => new LockWords(stepper.words, lock, 0, memo[0]!, memo[1]!);
    const step = (run: (memo: readonly number[]) => unknown, next: string): Place => ({ run: ({ memo }) => run(memo), next: () => next });
    return {
      start: {
        run: () => table.attach(),
        next: (slot, { memo }) => ["list", [(slot as ThreadSlot).index, (slot as ThreadSlot).incarnation, (memo[2] ?? 0) + 1]],
      },
      list: step((memo) => table.listLock(lock, slotOf(memo)), "enter"),
      enter: step((memo) => wordsOf(memo).enterRead(false), "in"),
      in: step((memo) => wordsOf(memo).leaveRead(), "detach"),
      detach: { run: ({ memo }) => slotOf(memo).detach(), next: (_, { memo }) => (memo[2]! < rounds ? "start" : done) },
    };
  });

  const model = modelOf({
    stepper,
    programs,
    ...(interruptions === undefined ? {} : { interruptions }),
    mayDie: (index, { at }) => mortal.includes(index) && at !== done && at !== dead,
    wrong: ({ memory, threads }) => {
      const holders = threads.filter(({ at, answers }) => at === "in" && answers.length === 0).map(({ memo }) => memo);
      const lost = holders.find(([index]) => (stepper.at(memory, slotWordsOf.read) & (1 << index!)) === 0);
      if (lost !== undefined) return `slot ${lost[0]} is in for reading and its bit is not set`;
      const living = threads.filter(({ at, memo }) => memo.length > 0 && ["list", "enter", "in"].includes(at)).map(({ memo }) => memo);
      if (new Set(living.map(([index]) => index)).size < living.length) return "two threads have one slot";
      return undefined;
    },
  });
  return withPatientMutex(stepper, () => {
    // The first thread gets as far as "in" before anybody else moves.
    let initial = model.initial;
    while (initial.threads[0]!.at !== "in") {
      const [, next] = model.next(initial).find(([label]) => label.startsWith("0 ") && !label.includes("dies"))!;
      initial = { ...next, running: -1, interruptions: model.initial.interruptions };
    }
    if (isFirstDead) initial = { ...initial, threads: initial.threads.with(0, { at: dead, answers: [], memo: [] }) };
    return explore({
      ...model,
      initial,
      next: (system) => {
        present = system;
        return model.next(system);
      },
    });
  });
}

function withPatientMutex<R>(stepper: Stepper, walk: () => R): R {
  const own = Object.getOwnPropertyDescriptor(SharedMutex.prototype, "lock")!;
  const patient = function lock(this: SharedMutex): boolean {
    const { mark } = stepper;
    if (this.tryLock()) return false;
    const outcome = this.approach(true);
    if (outcome === approach.locked) return false;
    if (outcome === approach.stolen || outcome === approach.own) return true;
    throw new Blocked(mark);
  };
  Object.defineProperty(SharedMutex.prototype, "lock", { ...own, value: patient });
  try {
    return stepper.during(walk);
  } finally {
    Object.defineProperty(SharedMutex.prototype, "lock", own);
  }
}
