import { performance } from "node:perf_hooks";
import { isLimited, isOnStack } from "./on-stack.js";

/**
 * For so many milliseconds after a call was seen to run it is taken to run still. A time limit of `vm` takes at least twice as long from the moment at
 * which it ends the call to the moment at which anything else can run: 0.037 was the shortest of 1,200 measured with Node 20 to 26.
 */
const leaseMs = 0.016;

/** Knows whether a synchronous call is still under way, or was taken off the stack without its `finally`; asked so often that a look at the stack is dear. */
export class Liveness {
  #call: unknown;
  #until = 0;
  /** Nobody is there who could end the call. */
  #isSafe = false;

  /** Says that a call begins. */
  begin(call: unknown): void {
    this.#call = call;
    this.#isSafe = false;
    this.#until = performance.now() + leaseMs;
  }

  /** Whether a call is under way. */
  lives(call: unknown): boolean {
    if (call === this.#call && (this.#isSafe || performance.now() < this.#until)) return true;
    this.#isSafe = false;
    if (!isOnStack(call)) return false;
    this.#call = call;
    this.#isSafe = !isLimited();
    // A debugger can end it all the same, but not before its turn has ended.
    if (this.#isSafe) queueMicrotask(() => this.#forget(call));
    this.#until = performance.now() + leaseMs;
    return true;
  }

  #forget(call: unknown): void {
    if (this.#call === call) this.#isSafe = false;
  }
}
