import { isNativeError } from "node:util/types";
import { describe } from "../base/describe.js";
import { isPromise } from "../base/shape.js";
import type { Seq } from "../log/commit.js";
import { isOnStack } from "./on-stack.js";
import type { Commit as CommitEvent, DatabaseEvents } from "./events.js";

/** Told of one kind of event. */
export type Listener<E extends keyof DatabaseEvents> = (event: DatabaseEvents[E]) => void;

interface Subscription<E extends keyof DatabaseEvents> {
  readonly listener: Listener<E>;
  /** The last commit before it began: it is told of those that come after. */
  readonly since: Seq;
}

interface QueuedCommit {
  readonly seq: Seq;
  readonly makeEvent: () => CommitEvent;
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
  #queue: QueuedCommit[] = [];
  /** Where in the queue the first commit stands that nobody was told of. */
  #next = 0;
  /** The last commit that was queued. */
  #last: Seq = 0;
  #isScheduled = false;
  #delivering = false;
  #closing = false;

  /** Whether anybody wants to know of commits; while nobody does, no images are kept. */
  get isWatched(): boolean {
    return this.#subscriptions.commit.size > 0;
  }

  /**
   * Each call is a subscription of its own, also when the same function is given twice.
   * @param since the last commit that the listener is not told of
   */
  add<E extends keyof DatabaseEvents>(event: E, listener: Listener<E>, since: Seq): () => void {
    const own: Subscription<E> = { listener, since };
    this.#subscriptions[event].add(own);
    return () => void this.#subscriptions[event].delete(own);
  }

  /** Queues a commit for delivery, once however often it is applied. Copies are made when it is delivered. */
  push(seq: Seq, makeEvent: () => CommitEvent): void {
    if (seq > this.#last) {
      this.#queue.push({ seq, makeEvent });
      this.#last = seq;
    }
    if (this.#isScheduled) return;
    queueMicrotask(this.#deliver);
    this.#isScheduled = true; // after it was: a call that is cut off in between is made again
  }

  /** Tells everybody that the database is closed, after the commits still queued, and lets go of them. */
  close(): void {
    this.#closing = true;
    this.#deliver();
  }

  readonly #deliver = (): void => {
    this.#isScheduled = false;
    // A listener that closes the database is itself told of a commit, and others may be told after it. One that a time limit has ended tells nobody.
    if (this.#delivering && isOnStack(this.#tellAll)) return;
    this.#tellAll();
    if (this.#closing) this.#end();
  };

  readonly #tellAll = (): void => {
    this.#delivering = true;
    try {
      while (this.#next < this.#queue.length) {
        const { seq, makeEvent } = this.#queue[this.#next]!;
        this.#next++; // before anybody is told: nobody is told twice, whatever happens
        if (this.isWatched) this.#tellOfCommit(seq, makeEvent());
      }
      this.#queue = [];
      this.#next = 0;
    } finally {
      this.#delivering = false;
    }
  };

  #tellOfCommit(seq: Seq, event: CommitEvent): void {
    for (const { listener, since } of this.#subscriptions.commit) if (since < seq) tell(listener, event, this.#report);
  }

  #end(): void {
    for (const { listener } of this.#subscriptions.close) tell(listener, undefined, this.#report);
    for (const subscriptions of Object.values(this.#subscriptions)) subscriptions.clear();
  }

  readonly #report = (error: unknown): void => {
    const { error: subscriptions } = this.#subscriptions;
    if (subscriptions.size === 0) warn(error);
    for (const { listener } of subscriptions) tell(listener, error, warn);
  };
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

/** As text, because `emitWarning` throws at an error of another realm. */
function warn(error: unknown): void {
  const isError = isNativeError(error);
  process.emitWarning(`a listener of the database failed: ${isError ? error.message : describe(error)}`, {
    type: "DictDBWarning",
    ...(isError && { detail: String(error.stack) }),
  });
}
