import { isNativeError } from "node:util/types";
import { copyOut, deepFreeze } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { pathText } from "../base/path.js";
import { isPromise } from "../base/shape.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { Change, TableId } from "../log/commit.js";
import type { DatabaseState } from "../state/database-state.js";
import type { Change as ChangeEvent, Commit as CommitEvent, DatabaseEvents } from "./events.js";

/** Told of one kind of event. */
export type Listener<E extends keyof DatabaseEvents> = (event: DatabaseEvents[E]) => void;

interface Subscription<E extends keyof DatabaseEvents> {
  readonly listener: Listener<E>;
  /** How many commits had been queued when it began: it is told of those that come after. */
  readonly since: number;
}

/**
 * Tells listeners of commits, in the order of their seqs and from a task of their own: a listener never runs inside the writer's call, and what it
 * throws harms nobody.
 */
export class Feed {
  readonly #subscriptions: { [E in keyof DatabaseEvents]: Set<Subscription<E>> } = {
    commit: new Set(),
    error: new Set(),
    close: new Set(),
  };
  #queue: (() => CommitEvent)[] = [];
  #queued = 0;
  #delivering = false;
  #closing = false;

  /** Whether anybody wants to know of commits; while nobody does, no images are kept. */
  get isWatched(): boolean {
    return this.#subscriptions.commit.size > 0;
  }

  /** Each call is a subscription of its own, also when the same function is given twice. */
  add<E extends keyof DatabaseEvents>(event: E, listener: Listener<E>): () => void {
    const own: Subscription<E> = { listener, since: this.#queued };
    this.#subscriptions[event].add(own);
    return () => void this.#subscriptions[event].delete(own);
  }

  /** Queues a commit for delivery. Copies are made when it is delivered. */
  push(makeEvent: () => CommitEvent): void {
    this.#queued++;
    this.#queue.push(makeEvent);
    if (this.#queue.length === 1) queueMicrotask(() => this.#deliver());
  }

  /** Tells everybody that the database is closed, after the commits still queued, and lets go of them. */
  close(): void {
    this.#closing = true;
    this.#deliver();
  }

  #deliver(): void {
    // A listener that closes the database is itself told of a commit, and others may be told after it.
    if (this.#delivering) return;
    this.#delivering = true;
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      let number = this.#queued - queue.length;
      for (const makeEvent of queue) {
        number++;
        if (this.isWatched) this.#tellOfCommit(makeEvent(), number);
      }
    }
    this.#delivering = false;
    if (this.#closing) this.#end();
  }

  #tellOfCommit(event: CommitEvent, number: number): void {
    for (const { listener, since } of this.#subscriptions.commit) if (since < number) tell(listener, event, this.#reportListener);
  }

  #end(): void {
    for (const { listener } of this.#subscriptions.close) tell(listener, undefined, this.#reportListener);
    for (const subscriptions of Object.values(this.#subscriptions)) subscriptions.clear();
  }

  /** Tells of something that went wrong and is no failure of anybody's call. */
  report(error: unknown): void {
    this.#report(error, warnOf("something that does not end a call went wrong"));
  }

  readonly #reportListener = (error: unknown): void => this.#report(error, warn);

  #report(error: unknown, otherwise: (error: unknown) => void): void {
    const { error: subscriptions } = this.#subscriptions;
    if (subscriptions.size === 0) otherwise(error);
    for (const { listener } of subscriptions) tell(listener, error, warn);
  }
}

/** Calls a listener. It may be async against its type: what it rejects with is an error of a listener all the same. */
function tell<V>(listener: (value: V) => unknown, value: V, onError: (error: unknown) => void): void {
  try {
    const answer = listener(value);
    if (isPromise(answer)) answer.then(undefined, onError);
  } catch (error) {
    onError(error);
  }
}

const warn = warnOf("a listener of the database failed");

/** As text, because `emitWarning` throws at an error of another realm. */
function warnOf(what: string): (error: unknown) => void {
  return (error) => {
    const isError = isNativeError(error);
    process.emitWarning(`${what}: ${isError ? error.message : describe(error)}`, {
      type: "DictDBWarning",
      ...(isError && { detail: String(error.stack) }),
    });
  };
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
    case "keyCounter":
    case "columns":
    case "requestRows":
    case "cancelRows":
    case "releaseRows":
    case "releaseReplica":
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
  return state.table(table)?.definition.name ?? "";
}

function image(record: StoredRecord): Readonly<Record<string, unknown>> {
  return deepFreeze(copyOut(record));
}
