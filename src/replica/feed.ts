import { copyOut, deepFreeze } from "../base/copy.js";
import type { Key, StoredRecord } from "../base/value.js";
import { pathText } from "../base/path.js";
import type { Change, TableId } from "../log/commit.js";
import type { DatabaseState } from "../state/database-state.js";
import type { Change as ChangeEvent, Commit as CommitEvent, DatabaseEvents } from "./events.js";

/** Told of one kind of event. */
export type Listener<E extends keyof DatabaseEvents> = (event: DatabaseEvents[E]) => void;

/**
 * Tells listeners of commits, in the order of their seqs and from a task of their own: a listener never runs inside the writer's call, and what it
 * throws harms nobody.
 */
export class Feed {
  readonly #listeners: { [E in keyof DatabaseEvents]: Set<Listener<E>> } = { commit: new Set(), error: new Set(), close: new Set() };
  #queue: (() => CommitEvent)[] = [];

  /** Whether anybody wants to know of commits; while nobody does, no images are kept. */
  get isWatched(): boolean {
    return this.#listeners.commit.size > 0;
  }

  add<E extends keyof DatabaseEvents>(event: E, listener: Listener<E>): () => void {
    // Each call is its own subscription, also when the same function is given twice.
    const own: Listener<E> = (value) => listener(value);
    this.#listeners[event].add(own);
    return () => void this.#listeners[event].delete(own);
  }

  /** Queues a commit for delivery. Copies are made when it is delivered. */
  push(makeEvent: () => CommitEvent): void {
    this.#queue.push(makeEvent);
    if (this.#queue.length === 1) queueMicrotask(() => this.#deliver());
  }

  /** Tells everybody that the database is closed, after the commits still queued, and lets go of them. */
  close(): void {
    this.#deliver();
    this.#emit("close", undefined);
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
  }

  #deliver(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const makeEvent of queue) if (this.isWatched) this.#emit("commit", makeEvent());
  }

  #emit<E extends keyof DatabaseEvents>(event: E, value: DatabaseEvents[E]): void {
    for (const listener of this.#listeners[event]) {
      try {
        // A listener may be async against its type; what it rejects with is an error of a listener all the same.
        const answer: unknown = listener(value);
        if (answer instanceof Promise) answer.catch((error: unknown) => this.#report(error));
      } catch (error) {
        this.#report(error);
      }
    }
  }

  #report(error: unknown): void {
    if (this.#listeners.error.size === 0) {
      process.emitWarning(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    for (const listener of this.#listeners.error) {
      try {
        listener(error);
      } catch (second) {
        process.emitWarning(second instanceof Error ? second : new Error(String(second)));
      }
    }
  }
}

/** One record before and after a commit; undefined where there was or is none. */
export interface Images {
  readonly table: string;
  readonly key: Key;
  readonly before: StoredRecord | undefined;
  readonly after: StoredRecord | undefined;
}

/** The event of one record. */
export function recordEvent({ table, key, before, after }: Images): ChangeEvent {
  if (before === undefined) return Object.freeze({ type: "insert", table, key, after: image(after!) });
  if (after === undefined) return Object.freeze({ type: "delete", table, key, before: image(before) });
  return Object.freeze({ type: "update", table, key, before: image(before), after: image(after) });
}

/** The event of a catalog change; undefined for changes of records. To be made before the commit is applied, while a dropped table has its name. */
export function catalogEvent(change: Change, state: DatabaseState): ChangeEvent | undefined {
  switch (change.type) {
    case "put":
    case "delete":
      return undefined;
    case "createTable":
      return Object.freeze({ type: change.type, table: change.definition.name });
    case "dropTable":
      return Object.freeze({ type: change.type, table: nameOf(change.table, state) });
    case "createIndex":
      return Object.freeze({ type: change.type, table: nameOf(change.table, state), fields: change.definition.fields.map(pathText) });
    case "dropIndex":
      return Object.freeze({ type: change.type, table: nameOf(change.table, state), fields: change.fields.map(pathText) });
  }
}

function nameOf(table: TableId, state: DatabaseState): string {
  return state.table(table)!.definition.name;
}

function image(record: StoredRecord): Readonly<Record<string, unknown>> {
  return deepFreeze(copyOut(record));
}
