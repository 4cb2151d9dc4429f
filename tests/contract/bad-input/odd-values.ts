/** A proxy that throws whatever it is asked. */
export function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** A list of two values with a hole between them. */
export function withHole(before: unknown, after: unknown): unknown[] {
  const list = [before];
  list[2] = after;
  return list;
}

/** The longest list there can be, with nothing in it. */
export function holes(): unknown[] {
  return Object.assign([], { length: 2 ** 32 - 1 });
}

/** Throws what a caller's own code could throw. */
export function raise(error: Error): never {
  throw error;
}

/** A function of the caller's that answers once and then throws. */
export function raiseSecond<R>(error: Error, answer: R): () => R {
  let calls = 0;
  return () => (++calls === 2 ? raise(error) : answer);
}

/** An async function in place of one that must answer at once, and a failing one at that. */
export async function failing(): Promise<never> {
  throw new Error("of no interest");
}

/** No promise, but what `await` takes for one. */
export function thenable(): object {
  // oxlint-disable-next-line unicorn/no-thenable -- it is meant to be mistaken
  return { then: () => undefined };
}
