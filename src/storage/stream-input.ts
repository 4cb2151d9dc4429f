/** What a stream of whatever kind is to its reader. */
export interface StreamInput {
  /** The next piece. Pieces are asked for one at a time, so that a stream that can wait does. */
  next(): Promise<IteratorResult<unknown>>;
  /** Ends the stream, read to its end or not: a stream of Node's is destroyed, one of the web cancelled. Does not wait, and never fails. */
  end(): void;
}

/** The part of a web stream that is needed here. */
export interface WebStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: unknown }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/**
 * Takes hold of a stream of Node's or of the web, or of anything that can be iterated; undefined for anything else, and for text and bytes themselves.
 *
 * @throws what the stream itself throws, such as a TypeError for one that somebody else is reading
 */
export function openStream(value: unknown): StreamInput | undefined {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return undefined;
  if ("getReader" in value && typeof value.getReader === "function") return webInput(value as WebStream);
  if (Symbol.asyncIterator in value) return iteratorInput(value, (value as AsyncIterable<unknown>)[Symbol.asyncIterator]());
  if (Symbol.iterator in value) return iteratorInput(value, (value as Iterable<unknown>)[Symbol.iterator]());
  return undefined;
}

function webInput(stream: WebStream): StreamInput {
  const reader = stream.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done, value };
    },
    end: () => quietly(() => reader.cancel()),
  };
}

function iteratorInput(value: object, iterator: AsyncIterator<unknown> | Iterator<unknown>): StreamInput {
  return {
    next: async () => iterator.next(),
    end: () => {
      // An iterator that was not begun leaves its stream open, and one that waits for the next piece would wait with its own end, too.
      if ("destroy" in value && typeof value.destroy === "function") quietly(() => (value as { destroy(): unknown }).destroy());
      else quietly(() => iterator.return?.());
    },
  };
}

/** What fails at the end is of no use to anybody. */
function quietly(end: () => unknown): void {
  try {
    Promise.resolve(end()).catch(() => undefined);
  } catch {
    // as above
  }
}
