/** What a function throws, for assertions on more than its message; itself throws when nothing was thrown. */
export function thrown<E>(kind: abstract new (...args: never[]) => E, run: () => unknown): E {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error(`expected ${kind.name}, but nothing was thrown: the result is ${String(result)}`);
}
