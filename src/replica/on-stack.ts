import vm from "node:vm";

/** The part of `Error` that says what a captured stack looks like. Tools and tests replace it. */
interface StackSettings {
  stackTraceLimit: unknown;
  prepareStackTrace: unknown;
}

const capture = Error.captureStackTrace as (target: object, below: unknown) => void; // oxlint-disable-line typescript/unbound-method -- it has no `this`
const settings = Error as unknown as StackSettings;
const countSites = (_error: unknown, sites: readonly unknown[]): number => sites.length;

/** The functions of Node that run code under a time limit, or until Ctrl+C. */
const scripts = vm.Script.prototype as unknown as Readonly<Record<"runInContext" | "runInThisContext", unknown>>;
const limiters: readonly unknown[] = [scripts.runInContext, scripts.runInThisContext, moduleEvaluate()];

/**
 * Whether a function is being executed now, that is, called the caller in the end.
 *
 * The time limit of `vm` takes functions off the stack without running a `finally` of theirs, so nothing that they note about themselves can tell. It
 * costs some microseconds, and changes no settings where it can do without, since it may be cut off itself.
 */
export function isOnStack(fn: unknown): boolean {
  const limit = settings.stackTraceLimit;
  if (typeof limit === "number" && limit >= 1) {
    // Whoever prepares stacks for reading: one that has calls looks different from one that has none.
    const found = stackBelow(fn);
    const empty = stackBelow(neverCalled);
    if (typeof found === "string" && typeof empty === "string") return found !== empty;
    if (Array.isArray(found)) return found.length > 0;
  }
  return hasCallsBelow(fn);
}

/** The stack without everything above a function, and that: nothing is left where the function is not there. */
function stackBelow(fn: unknown): unknown {
  const target: { stack?: unknown } = {};
  try {
    capture(target, fn);
    return target.stack;
  } catch {
    return undefined; // by who prepares it
  }
}

function neverCalled(): void {
  // stands for what is on no stack
}

function hasCallsBelow(fn: unknown): boolean {
  const { stackTraceLimit, prepareStackTrace } = settings;
  try {
    settings.stackTraceLimit = 1;
    settings.prepareStackTrace = countSites;
    return stackBelow(fn) !== 0;
  } finally {
    settings.stackTraceLimit = stackTraceLimit;
    settings.prepareStackTrace = prepareStackTrace;
  }
}

/** Whether somebody below may end the current call without a `finally` and go on himself. */
export function isLimited(): boolean {
  return limiters.some((limiter) => limiter !== undefined && isOnStack(limiter));
}

/** Only there where Node was told to have modules of `vm`. */
function moduleEvaluate(): unknown {
  const { SourceTextModule } = vm as { readonly SourceTextModule?: { readonly prototype: { readonly evaluate: unknown } } };
  return SourceTextModule?.prototype.evaluate;
}
