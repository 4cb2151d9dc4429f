type Perform = () => number;

/** One atomic operation of the product, as it is about to be performed. */
export interface Operation {
  readonly name: "load" | "store" | "exchange" | "add" | "and" | "or" | "compareExchange" | "notify";
  readonly index: number;
  /** What is stored, added, or combined; what is expected for `compareExchange`. */
  readonly value: number;
}

/**
 * What to do to an operation instead of performing it: nothing but answering a number; only looking; storing another value; or looking and storing in
 * two steps, between which another thread may come.
 */
export type Fault = (operation: Operation) => { readonly answer: number } | { readonly store: number } | "look" | "split" | undefined;

/** What came of one more atomic operation of a step. */
export interface Progress {
  readonly memory: readonly number[];
  /** What the operations of this step have answered so far: with them it can be gone through again up to here. */
  readonly answers: readonly number[];
  /** Whether the step has returned. */
  readonly isOver: boolean;
  /** Whether it came to where it cannot go on until another thread does something. */
  readonly isBlocked: boolean;
  readonly result: unknown;
  /** The words on which sleepers were woken. */
  readonly notified: readonly number[];
}

/** Thrown by code that cannot go on now: what it did since `mark` is tried again later. */
export class Blocked extends Error {
  readonly mark: number;

  constructor(mark: number) {
    super("blocked");
    this.mark = mark;
  }
}

// Thrown a few times for each state: an Error would take down the stack each time, which costs more than all the rest.
const pause = Symbol("pause");

/**
 * Runs the product's own step functions one atomic operation at a time, on a memory of the model's.
 *
 * A function cannot be stopped half-way and gone on with. So it is gone through again from its beginning, its operations answering what they
 * answered before, until it comes to the next one; that one is performed, and the one after it throws. This is right as long as the function keeps
 * nothing outside of shared memory, which is what the product promises of its steps.
 *
 * Words that no thread of the model ever writes need no interleaving: operations on them are no steps, and it is checked that they stay 0.
 */
export class Stepper {
  readonly words: Int32Array;
  readonly #hot: readonly number[];
  readonly #position = new Map<number, number>();
  readonly #fault: Fault;
  readonly #atomics = { ...originals };

  #answers: number[] = [];
  #cursor = 0;
  #isPerformed = false;
  #notified: number[] = [];

  /** @param hot the words that are part of the model's memory, in this order */
  constructor(size: number, hot: readonly number[], fault: Fault = () => undefined) {
    this.words = new Int32Array(size);
    this.#hot = hot;
    for (const [position, index] of hot.entries()) this.#position.set(index, position);
    this.#fault = fault;
    this.#intercept();
  }

  get emptyMemory(): number[] {
    return this.#hot.map(() => 0);
  }

  at(memory: readonly number[], index: number): number {
    return memory[this.#position.get(index)!]!;
  }

  /** Where in the answers the step is; to be given to `Blocked`. */
  get mark(): number {
    return this.#cursor;
  }

  /** Something the step looks at that is no shared memory, such as whether a thread is alive: a step of its own. */
  observe(look: () => boolean): boolean {
    return this.#do(() => Number(look())) === 1;
  }

  /** Performs the next operation of a step; undefined when it is blocked where it stands. */
  advance(memory: readonly number[], answers: readonly number[], step: () => unknown): Progress | undefined {
    for (const [position, index] of this.#hot.entries()) this.words[index] = memory[position]!;
    this.#answers = [...answers];
    this.#cursor = 0;
    this.#isPerformed = false;
    this.#notified = [];
    try {
      const result = step();
      return this.#progress(this.#answers, { isOver: true, isBlocked: false, result });
    } catch (error) {
      if (error === pause) return this.#progress(this.#answers, paused);
      if (!(error instanceof Blocked)) throw error;
      if (error.mark === answers.length) return undefined;
      return this.#progress(this.#answers.slice(0, error.mark), { ...paused, isBlocked: true });
    }
  }

  /** Everything that advances a step happens inside: here `Atomics` is the model's. */
  during<R>(walk: () => R): R {
    Object.assign(Atomics, this.#atomics);
    try {
      return walk();
    } finally {
      Object.assign(Atomics, originals);
    }
  }

  #progress(answers: number[], how: Pick<Progress, "isOver" | "isBlocked" | "result">): Progress {
    const memory = this.#hot.map((index) => this.words[index]!);
    return { memory, answers: how.isOver ? [] : answers, notified: this.#notified, ...how };
  }

  #do(perform: Perform): number {
    if (this.#cursor < this.#answers.length) return this.#answers[this.#cursor++]!;
    if (this.#isPerformed) throw pause;
    this.#isPerformed = true;
    const answer = perform();
    this.#answers.push(answer);
    this.#cursor += 1;
    return answer;
  }

  #operate(name: Operation["name"], index: number, value: number, by: number | undefined): number {
    const { words } = this;
    const compute = (old: number): number => outcomes[name](old, value, by);
    if (!this.#position.has(index)) {
      if (compute(words[index]!) !== 0) throw new Error(`word ${index} is not part of the model's memory, and ${name} writes it`);
      return words[index]!;
    }
    const fault = this.#fault({ name, index, value });
    if (fault === "split") {
      const old = this.#do(() => words[index]!);
      this.#do(() => (words[index] = compute(old)));
      return old;
    }
    if (fault === "look") return this.#do(() => words[index]!);
    if (fault !== undefined && "answer" in fault) return this.#do(() => fault.answer);
    return this.#do(() => {
      const old = words[index]!;
      words[index] = fault === undefined ? compute(old) : fault.store;
      if (name === "notify") this.#notified.push(index);
      return old;
    });
  }

  #intercept(): void {
    const simple = (name: Operation["name"]) => (_words: Int32Array, index: number, value: number, by?: number) =>
      this.#operate(name, index, value, by);
    for (const name of Object.keys(outcomes) as Operation["name"][]) this.#atomics[name] = simple(name) as never;
  }
}

const paused = { isOver: false, isBlocked: false, result: undefined } as const;

/** What an operation leaves in the word. */
const outcomes: Record<Operation["name"], (old: number, value: number, by: number | undefined) => number> = {
  load: (old) => old,
  notify: (old) => old,
  store: (_old, value) => value,
  exchange: (_old, value) => value,
  add: (old, value) => (old + value) | 0,
  and: (old, value) => old & value,
  or: (old, value) => old | value,
  compareExchange: (old, value, by) => (old === value ? by! : old),
};

const originals = {
  load: Atomics.load,
  store: Atomics.store,
  exchange: Atomics.exchange,
  add: Atomics.add,
  and: Atomics.and,
  or: Atomics.or,
  compareExchange: Atomics.compareExchange,
  notify: Atomics.notify,
};
