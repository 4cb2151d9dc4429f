import { Doorbell } from "../../../src/lock/shared/doorbell.js";
import { lockField, lockSize, LockWords } from "../../../src/lock/shared/lock-words.js";
import { slotAt, slotField, tableWords } from "../../../src/lock/shared/slot-layout.js";
import { explore, type Verdict } from "./explore.js";
import { Stepper, type Fault } from "./stepper.js";
import { dead, done, modelOf, type Place, type Program, type System, type Thread } from "./threads.js";

export type Kind = "reader" | "writer" | "fast writer" | "downgrader";

export interface LockOptions {
  readonly kinds: readonly Kind[];
  /** Threads that may die, anywhere. */
  readonly mortal?: readonly number[];
  /** Threads whose time may be up while they sleep. */
  readonly hasty?: readonly number[];
  /** Whether sleepers look again by themselves, remove the dead and pass over those who do not come. */
  readonly slices?: boolean;
  readonly fault?: Fault;
  /** See `ThreadModel`. */
  readonly interruptions?: number;
}

export const words = {
  state: lockField.state,
  read: lockField.read,
  wantRead: lockField.wantRead,
  wantWrite: lockField.wantWrite,
  admit: lockField.admit,
  bell: (index: number) => slotAt(table, index, slotField.bell),
} as const;

const table = lockSize;

/**
 * Threads that take the words of a lock for reading or writing, in the order of steps in which `LockParty` and `waitSync` take them, and leave.
 *
 * The order of steps is written down again here, and `unit/lock/shared/lock-party.test.ts` holds the product to it; the steps themselves are the
 * product's.
 */
export function walkLock({ kinds, mortal = [], hasty = [], slices = mortal.length > 0, fault, interruptions }: LockOptions): Verdict {
  const hot = [words.state, words.read, words.wantRead, words.wantWrite, words.admit, ...kinds.map((_, index) => words.bell(index))];
  const stepper = new Stepper(lockSize + tableWords, hot, fault);
  const locks = kinds.map((_, index) => new LockWords(stepper.words, 0, table, index, index + 1));

  const programs = kinds.map((kind, index): Program => {
    const lock = locks[index]!;
    const bell = new Doorbell(stepper.words, words.bell(index));
    const step = (run: () => unknown, next: string): Place => ({ run, next: () => next });
    const choose = (run: () => boolean, yes: string, no: string): Place => ({ run, next: (result) => (result === true ? yes : no) });
    // Once STATE is its own, a writer never takes it again.
    const own = (run: () => boolean, no: string): Place => ({ run, next: (result) => (result === true ? ["drain", [1]] : no) });
    const retry = (run: () => unknown): Place => ({ run, next: (_, { memo: [isOwner] }) => (isOwner === 1 ? "drain" : "again") });
    const sleep = (wokenAt: string, late: string): Place => ({
      sleepsOn: words.bell(index),
      whileWordIs: () => 1,
      wokenAt,
      or: ({ threads }) => [
        ...(hasty.includes(index) ? [late] : []),
        ...(slices ? ["pass over", ...threads.flatMap(({ at }, other) => (at === dead ? [`reap ${other}`] : []))] : []),
      ],
    });
    const removal: Program = Object.fromEntries(
      kinds.map((_, other) => [`reap ${other}`, retry(() => new LockWords(stepper.words, 0, table, other, other + 1).reap())]),
    );
    const others = (field: "admit" | "wantWrite"): number => lock.bits(field)[0]! & ~(1 << index);
    const reader: Program = {
      again: choose(() => lock.enterRead(false), "in", "arm"),
      arm: step(() => bell.arm(), "announce"),
      announce: step(() => lock.wantRead(), "last try"),
      "last try": choose(() => lock.enterRead(false), "in", "sleep"),
      sleep: sleep("again", "give up"),
      "pass over": retry(() => lock.isFree && lock.lapseWriters(0, others("wantWrite"))),
      "give up": step(() => lock.withdrawRead(), done),
      in: step(() => lock.withdrawRead(), "in still"),
      "in still": step(() => lock.leaveRead(), done),
    };
    const writer: Program = {
      again: own(() => lock.take(), "arm"),
      arm: step(() => bell.arm(), "announce"),
      announce: step(() => lock.wantWrite(), "last try"),
      "last try": own(() => lock.take(), "sleep"),
      sleep: sleep("again", "give up"),
      drain: choose(() => lock.isDrained, "in", "arm to drain"),
      "arm to drain": step(() => bell.arm(), "announce to drain"),
      "announce to drain": step(() => lock.wantWrite(), "look again"),
      "look again": choose(() => lock.isDrained, "in", "sleep to drain"),
      "sleep to drain": sleep("drain", "give back"),
      "pass over": retry(() => lock.owner === 0 && lock.lapseAdmissions(0, others("admit"))),
      "give back": step(() => lock.leaveWrite(), "give up"),
      "give up": step(() => lock.withdrawWrite(), done),
      in: step(() => lock.withdrawWrite(), "in still"),
      "in still": step(() => (kind === "downgrader" ? lock.downgrade() : lock.leaveWrite()), kind === "downgrader" ? "in to read" : done),
      "in to read": step(() => lock.leaveRead(), done),
    };
    const program = kind === "reader" ? reader : writer;
    const start = kind === "fast writer" ? choose(() => lock.takeUnnoted(), "in", "again") : program["again"]!;
    return { ...program, ...removal, start };
  });

  // A reaper works under the mutex of the slot table, which has a model of its own: here one works at a time, and a dead one does not count.
  const isReaping = ({ at }: Thread): boolean => at.startsWith("reap ");
  const model = modelOf({
    stepper,
    programs,
    ...(interruptions === undefined ? {} : { interruptions }),
    mayDie: (index, { at }) => mortal.includes(index) && at !== done && at !== dead,
    wrong: ({ threads }) => {
      const [readers, writers] = holders(threads);
      return writers > 1 || (writers === 1 && readers > 0) ? `${readers} readers and ${writers} writers are in together` : undefined;
    },
  });
  const isSound = ({ threads }: System): boolean => threads.filter(isReaping).length < 2;
  return stepper.during(() => explore({ ...model, next: (system) => model.next(system).filter(([, next]) => isSound(next)) }));

  function holders(threads: readonly Thread[]): [readers: number, writers: number] {
    const inside = threads.map(({ at, answers }, index): Kind | undefined => {
      if (at === "in to read") return answers.length === 0 ? "reader" : undefined;
      return at === "in" || (at === "in still" && answers.length === 0) ? kinds[index] : undefined;
    });
    const readers = inside.filter((kind) => kind === "reader").length;
    return [readers, inside.filter((kind) => kind !== undefined).length - readers];
  }
}
