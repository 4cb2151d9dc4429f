import { createContext, runInContext } from "node:vm";

/** Why a promise was rejected, if it was. */
export interface Failure {
  readonly error: unknown;
}

/**
 * What a schema threw of which its library made a promise that rejects, as zod does with what a refinement throws; undefined where there is nothing
 * to be found out at once.
 *
 * @param source the schema as the caller gave it
 * @param answer the promise that it gave
 * @param input what it is given when it is asked once more
 */
export function swallowedError(source: object, answer: PromiseLike<unknown>, input: () => unknown): Failure | undefined {
  return reasonOf(answer) ?? failureOf(source, input);
}

/**
 * The reason of a promise that is rejected already. A context that has a queue of microtasks of its own runs it before it returns, so a listener made
 * there is called at once.
 */
function reasonOf(answer: PromiseLike<unknown>): Failure | undefined {
  const found: { failure?: Failure } = {};
  const context = createContext({ answer, found }, { microtaskMode: "afterEvaluate" });
  runInContext("Promise.prototype.then.call(answer, undefined, (error) => { found.failure = { error }; }); undefined", context);
  return found.failure;
}

/** What the schema throws when it is told to answer at once, for the libraries that have a method for that. */
function failureOf(source: object, input: () => unknown): Failure | undefined {
  if (!("safeParse" in source) || typeof source.safeParse !== "function") return undefined;
  try {
    source.safeParse(input());
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Whether a library complains of the schema itself: that it is asynchronous. */
export function isComplaintOfAsync({ error }: Failure): boolean {
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : "";
  return /\b(promise|async\w*)\b.*\bsynchronous/i.test(message);
}
