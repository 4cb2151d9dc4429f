import { threadId } from "node:worker_threads";
import { processTable } from "../../base/process-identity.js";

/** What Linux knows a thread by. Numbers of threads are used again, a number together with its start time is not. */
export interface OsThread {
  /** The operating system's number of the thread, from 1 on. */
  readonly id: number;
  /** When it started, in clock ticks since the machine did, modulo 2^30, plus 1: never 0. */
  readonly startedAt: number;
}

/** How threads are told apart, and the dead from the living. */
export interface Threads {
  /** `threadId` of the calling thread, which no other thread of the process ever has again. */
  readonly threadId: number;
  /** What Linux knows the calling thread by; undefined elsewhere. */
  own(): OsThread | undefined;
  /** Whether a thread of this process is provably gone; see {@link isOsThreadGone}. */
  isGone(id: number, startedAt: number): boolean;
}

/** The threads of this process. */
export const processThreads: Threads = { threadId, own: ownOsThread, isGone: isOsThreadGone };

let own: OsThread | undefined;
let isKnown = false;

/** The calling thread; undefined where there is no /proc to tell. Looked up once. */
export function ownOsThread(): OsThread | undefined {
  if (!isKnown) own = findOwn();
  isKnown = true;
  return own;
}

/**
 * Whether a thread of this process is provably gone: Linux lists no such thread, or one with another start time.
 *
 * @param startedAt 0 where it is not known: then only the absence of the number counts
 */
export function isOsThreadGone(id: number, startedAt: number): boolean {
  const found = startOf(id);
  if (found === "gone") return canSeeThreads();
  return typeof found === "number" && startedAt !== 0 && found !== startedAt;
}

function findOwn(): OsThread | undefined {
  const { thread, startTime } = processTable.ownThread();
  return thread === undefined || startTime === undefined ? undefined : { id: thread, startedAt: wordOf(startTime) };
}

// Absence proves something only while others are listed: /proc may have been taken away.
function canSeeThreads(): boolean {
  return own !== undefined && startOf(own.id) === own.startedAt;
}

function startOf(id: number): number | "gone" | undefined {
  const found = processTable.startOf("self", id);
  return typeof found === "number" ? wordOf(found) : found;
}

/** The start time as one word of shared memory. */
function wordOf(ticks: number): number {
  return (ticks % 2 ** 30) + 1;
}
