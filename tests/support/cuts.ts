import { isError } from "../../src/base/shape.js";
import { createContext, runInContext } from "node:vm";

/** How many calls of {@link descend} the stack holds here; to be measured again now and then, since they take less room once they are compiled. */
export function stackDepth(): number {
  let [low, high] = [1, 1_000_000];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ends(() => descend(middle, () => undefined))) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Calls a function below so many calls; answers whether it came to its end. */
export function atDepth(depth: number, fn: () => unknown): boolean {
  return ends(() => descend(depth, fn));
}

function descend(calls: number, fn: () => unknown): void {
  if (calls > 0) descend(calls - 1, fn);
  else fn();
}

function ends(fn: () => void): boolean {
  try {
    fn();
    return true;
  } catch (error) {
    if (isError(error, "RangeError")) return false;
    throw error;
  }
}

/** Calls a function again and again until a time limit of `vm` cuts it off, wherever it is then. */
export function untilTimeLimit(ms: number, fn: () => void): boolean {
  try {
    runInContext("for (;;) fn()", createContext({ fn }), { timeout: ms });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    return true;
  }
  return false;
}

/** What V8 lengthens when something is added, and may refuse to. */
const growing = [Map.prototype, "set", Array.prototype, "push", Set.prototype, "add"] as const;

/** Calls a function while the n-th growth of a map, a list or a set fails, as it does without memory; answers whether it came so far. */
export function withoutMemory(nth: number, fn: () => unknown): boolean {
  let left = nth;
  const undo: (() => void)[] = [];
  for (let i = 0; i < growing.length; i += 2) {
    const target = growing[i] as object;
    const name = growing[i + 1] as string;
    const original = Reflect.get(target, name) as (...args: unknown[]) => unknown;
    undo[i / 2] = () => Reflect.set(target, name, original);
    Reflect.set(target, name, function grow(this: unknown, ...args: unknown[]): unknown {
      if (left-- === 0) throw new RangeError("Invalid array length");
      return Reflect.apply(original, this, args);
    });
  }
  try {
    fn();
  } catch (error) {
    if (!isError(error, "RangeError")) throw error;
  } finally {
    for (const restore of undo) restore();
  }
  return left < 0;
}
