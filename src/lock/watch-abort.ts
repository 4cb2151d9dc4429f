interface Watch {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const watches = new WeakMap<AbortSignal, Watch>();

/**
 * Calls `callback` once when the signal aborts; the function returned stops that.
 *
 * One listener on the signal serves every watcher and is removed with the last of them. With one listener each, Node.js would report a memory
 * leak as soon as eleven tasks wait under the same signal.
 *
 * @param callback must not throw
 */
export function watchAbort(signal: AbortSignal, callback: () => void): () => void {
  const watch = watches.get(signal) ?? startWatch(signal);
  watch.callbacks.add(callback);
  return () => {
    if (watch.callbacks.delete(callback) && watch.callbacks.size === 0) stopWatch(signal, watch);
  };
}

function startWatch(signal: AbortSignal): Watch {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    for (const callback of callbacks) callback();
  };
  const watch = { callbacks, listener };
  signal.addEventListener("abort", listener, { once: true });
  watches.set(signal, watch);
  return watch;
}

function stopWatch(signal: AbortSignal, watch: Watch): void {
  signal.removeEventListener("abort", watch.listener);
  watches.delete(signal);
}
