/** What a promise is rejected with, as it is; fails if the promise is fulfilled. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (reason) {
    return reason;
  }
  throw new Error(`expected a rejection, but the promise was fulfilled with ${String(value)}`);
}
