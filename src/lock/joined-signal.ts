import { watchAbort } from "./watch-abort.js";

/** A signal that stands for two, until it is let go of. */
export interface JoinedSignal {
  readonly signal: AbortSignal | undefined;
  /** To be called when nobody waits any more: the two may live for long, and would hold it. */
  readonly letGo: () => void;
}

const nothing = (): void => undefined;

/** A signal that aborts with the first of two, for its reason. */
export function joinSignals(own: AbortSignal | undefined, given: AbortSignal | undefined): JoinedSignal {
  if (own === undefined || given === undefined || own.aborted) return { signal: own ?? given, letGo: nothing };
  const joined = new AbortController();
  if (given.aborted) joined.abort(given.reason);
  const unwatch = [own, given].map((one) => watchAbort(one, () => joined.abort(one.reason)));
  return {
    signal: joined.signal,
    letGo: () => {
      for (const stop of unwatch) stop();
    },
  };
}
