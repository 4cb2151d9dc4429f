import type { LockMode } from "../../src/lock/reader-writer-lock.js";

interface Acquisition {
  readonly id: number;
  readonly mode: LockMode;
}

/** One thing that happened to one acquisition. Grants follow the event that made them possible. */
export interface LockEvent extends Acquisition {
  readonly type: "arrive" | "grant" | "leave" | "give up";
}

/**
 * The rules of a phase-fair lock as the documentation states them, on one list in order of arrival and without any thought of cost.
 *
 * It keeps a trace, which `violations` judges by what the rules are for.
 */
export class LockModel {
  holders: Acquisition[] = [];
  queue: Acquisition[] = [];
  readonly trace: LockEvent[] = [];

  get heldMode(): LockMode | undefined {
    return this.holders[0]?.mode;
  }

  get readers(): number {
    return this.holders.filter((holder) => holder.mode === "read").length;
  }

  isFreeFor(mode: LockMode): boolean {
    if (mode === "write") return this.holders.length === 0;
    return this.heldMode !== "write" && !this.queue.some((waiter) => waiter.mode === "write");
  }

  arrive(acquisition: Acquisition): void {
    const isFree = this.isFreeFor(acquisition.mode);
    this.queue.push(acquisition);
    this.trace.push({ type: "arrive", ...acquisition });
    if (isFree) this.#admit([acquisition]);
  }

  leave(id: number): void {
    const left = this.holders.find((holder) => holder.id === id)!;
    this.holders = this.holders.filter((holder) => holder !== left);
    this.trace.push({ type: "leave", ...left });
    const readers = this.queue.filter((waiter) => waiter.mode === "read");
    if (left.mode === "write" && readers.length > 0) this.#admit(readers);
    else if (this.holders.length === 0) this.#admit(this.queue.filter((waiter) => waiter.mode === "write").slice(0, 1));
  }

  giveUp(id: number): void {
    const left = this.queue.find((waiter) => waiter.id === id)!;
    this.queue = this.queue.filter((waiter) => waiter !== left);
    this.trace.push({ type: "give up", ...left });
    if (this.isFreeFor("read")) this.#admit(this.queue);
  }

  #admit(admitted: readonly Acquisition[]): void {
    this.queue = this.queue.filter((waiter) => !admitted.includes(waiter));
    for (const acquisition of admitted) {
      this.holders.push(acquisition);
      this.trace.push({ type: "grant", ...acquisition });
    }
  }
}

/** Replays a trace against what the lock promises: exclusion, writers in order, both bounds on waiting, and nobody left waiting for nothing. */
export function violations(trace: readonly LockEvent[]): string[] {
  const found: string[] = [];
  const holders = new Map<number, LockMode>();
  /** For each waiting reader, how many writers were granted since it came. */
  const readers = new Map<number, number>();
  /** For each waiting writer, the writers that were before it and are not done. */
  const writers = new Map<number, Set<number>>();
  let cause: LockEvent | undefined;

  const holdingWriters = (): number[] => [...holders].filter(([, mode]) => mode === "write").map(([id]) => id);
  const isWriterLeaving = (): boolean => cause?.type === "leave" && cause.mode === "write";

  const grantRead = (id: number): void => {
    if (holdingWriters().length > 0) found.push(`reader ${id} came in beside a writer`);
    // Only a writer's leaving may start a read phase ahead of a waiting writer: so k writers before it cost it k phases at most.
    if (writers.size > 0 && !isWriterLeaving()) found.push(`reader ${id} overtook a waiting writer`);
    readers.delete(id);
  };
  const grantWrite = (id: number): void => {
    if (holders.size > 0) found.push(`writer ${id} came in beside a holder`);
    if (writers.get(id)!.size > 0) found.push(`writer ${id} overtook a writer`);
    writers.delete(id);
    for (const [reader, overtaken] of readers) {
      readers.set(reader, overtaken + 1);
      if (overtaken + 1 > 1) found.push(`reader ${reader} was overtaken by a second writer`);
    }
  };
  const end = (id: number): void => {
    holders.delete(id);
    readers.delete(id);
    writers.delete(id);
    for (const before of writers.values()) before.delete(id);
  };
  /** Everything that the last cause made possible has been granted. */
  const settle = (): void => {
    if (writers.size > 0 && holders.size === 0) found.push("writers wait for a free lock");
    if (readers.size > 0 && writers.size === 0 && holdingWriters().length === 0) found.push("readers wait for no writer");
    if (readers.size > 0 && isWriterLeaving()) found.push("a writer left and readers went on waiting");
  };

  for (const event of trace) {
    const { type, id, mode } = event;
    if (type === "grant") {
      if (mode === "read") grantRead(id);
      else grantWrite(id);
      holders.set(id, mode);
      continue;
    }
    settle();
    cause = event;
    if (type !== "arrive") end(id);
    else if (mode === "read") readers.set(id, 0);
    else writers.set(id, new Set([...writers.keys(), ...holdingWriters()]));
  }
  settle();
  return found;
}
