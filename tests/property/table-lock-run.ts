import assert from "node:assert/strict";
import { DeadlockError, LockTimeoutError } from "../../src/base/errors.js";
import type { LockMode } from "../../src/lock/reader-writer-lock.js";
import { TableLock } from "../../src/lock/table-lock.js";

/** What a task does, step by step. Tables are numbered. */
export type TaskStep =
  | { readonly do: "verb"; readonly table: number }
  /** Lets other tasks run. */
  | { readonly do: "yield"; readonly times: number }
  | { readonly do: "section" | "try"; readonly table: number; readonly mode: LockMode; readonly body: readonly TaskStep[] }
  /** Starts a task in the same context, which may outlive the section it was started in. */
  | { readonly do: "spawn"; readonly body: readonly TaskStep[] };

/** A section as the oracle sees it: it is open while somebody is inside. */
interface Holder {
  readonly table: number;
  readonly mode: LockMode;
  inside: number;
}

/** The sections that a task is in, handed from step to step: what the lock must find out from the async context. */
type Held = ReadonlyMap<number, Holder>;

/**
 * Runs tasks against table locks and judges what they meet by an oracle that knows each task's sections from the program text.
 *
 * Tasks wait without limit for a table that comes after all they hold, and not at all for another: so no two wait for each other.
 */
export class TableLockRun {
  readonly #tables: readonly TableLock[];
  readonly #holders: Set<Holder> = new Set();
  readonly #started: Promise<void>[] = [];
  readonly #failures: unknown[] = [];

  constructor(tables: number) {
    this.#tables = Array.from({ length: tables }, (_, n) => new TableLock(`t${n}`, { timeoutMs: Infinity }));
  }

  /** How many sections are open as the oracle sees it. */
  get openHolders(): number {
    return this.#holders.size;
  }

  async run(tasks: readonly (readonly TaskStep[])[]): Promise<void> {
    for (const steps of tasks) this.#start(steps, new Map());
    // Grows while it is walked: tasks start others.
    for (const task of this.#started) await task;
    assert.deepEqual(this.#failures, []);
    assert.deepEqual(
      this.#tables.map((table) => table.isOpen),
      this.#tables.map(() => false),
      "a section is left open",
    );
  }

  // A task that fails does not stop the others: they must end all the same.
  #start(steps: readonly TaskStep[], held: Held): void {
    this.#started.push(this.#task(steps, held).catch((error: unknown) => void this.#failures.push(error)));
  }

  async #task(steps: readonly TaskStep[], held: Held): Promise<void> {
    for (const step of steps) {
      switch (step.do) {
        case "verb":
          this.#verb(step.table, held);
          break;
        case "yield":
          for (let n = 0; n < step.times; n += 1) await Promise.resolve();
          break;
        case "section":
          await this.#section(step.table, step.mode, step.body, held);
          break;
        case "try":
          await this.#try(step.table, step.mode, step.body, held);
          break;
        case "spawn":
          this.#start(step.body, held);
          break;
      }
    }
  }

  #verb(table: number, held: Held): void {
    let met = "passes";
    try {
      this.#tables[table]!.assertWritable("insert()");
    } catch (error) {
      assert(error instanceof DeadlockError);
      met = error.message.includes("this task is in a read section") ? "no upgrade" : "held by another task";
    }
    assert.equal(met, this.#verdict(table, held), `a verb on t${table}`);
  }

  #verdict(table: number, held: Held): string {
    const own = openIn(held, table);
    if (own !== undefined) return own.mode === "write" ? "passes" : "no upgrade";
    // Open with nobody inside: granted to a task that is about to start.
    return this.#tables[table]!.isOpen ? "held by another task" : "passes";
  }

  async #section(table: number, mode: LockMode, body: readonly TaskStep[], held: Held): Promise<void> {
    const lock = this.#tables[table]!;
    const own = openIn(held, table);
    const isUpgrade = own?.mode === "read" && mode === "write";
    const mayWait = own !== undefined || [...held.keys()].every((other) => other < table || openIn(held, other) === undefined);
    const timeoutMs = mayWait ? Infinity : 0;
    let isCalling = true;
    const fn = (): Promise<void> => {
      assert.equal(isCalling, own !== undefined, `a section of t${table} starts in the turn of the call if it is nested, else later`);
      const holder = own ?? { table, mode, inside: 0 };
      this.#enter(holder);
      const done = this.#task(body, including(held, holder));
      // Comes right before the lock's own continuation: for all others, the oracle's section and the lock's end together.
      const leave = (): void => this.#leave(holder);
      void done.then(leave, leave);
      return done;
    };
    const section = mode === "read" ? lock.read(fn, { timeoutMs }) : lock.write(fn, { timeoutMs });
    isCalling = false;
    const failure: unknown = await section.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (isUpgrade) assert(failure instanceof DeadlockError, `an upgrade on t${table} was not refused`);
    else if (failure instanceof LockTimeoutError) assert.equal(timeoutMs, 0, `an unlimited wait for t${table} timed out`);
    else if (failure !== undefined) throw failure;
  }

  /** In a task of its own, as the documentation advises, so that the context it changes is that task's alone. */
  async #try(table: number, mode: LockMode, body: readonly TaskStep[], held: Held): Promise<void> {
    await Promise.resolve();
    const lock = this.#tables[table]!;
    const own = openIn(held, table);
    const wasOpen = lock.isOpen;
    const release = mode === "read" ? lock.tryRead() : lock.tryWrite();
    if (own !== undefined) assert.equal(release !== undefined, mode === "read" || own.mode === "write", `try ${mode} in an own section`);
    else if (!wasOpen) assert(release !== undefined, `try ${mode} found t${table} busy, which was free`);
    if (release === undefined) return;
    const holder = own ?? { table, mode, inside: 0 };
    this.#enter(holder);
    await this.#task(body, including(held, holder));
    this.#leave(holder);
    release();
  }

  #enter(holder: Holder): void {
    holder.inside += 1;
    const rivals = [...this.#holders].filter(
      (other) => other !== holder && other.table === holder.table && (other.mode === "write" || holder.mode === "write"),
    );
    assert.deepEqual(rivals, [], `two sections of t${holder.table} at a time`);
    this.#holders.add(holder);
  }

  #leave(holder: Holder): void {
    holder.inside -= 1;
    if (holder.inside === 0) this.#holders.delete(holder);
  }
}

function openIn(held: Held, table: number): Holder | undefined {
  const holder = held.get(table);
  return holder !== undefined && holder.inside > 0 ? holder : undefined;
}

function including(held: Held, holder: Holder): Held {
  return new Map([...held, [holder.table, holder]]);
}
