/** How many threads may share one buffer at a time. One bit each in every lock's bitmaps. */
export const maxThreads = 128;

/** Slots without a bit in any bitmap, in which a thread that finds all others taken can be somebody while it clears those of the dead. */
export const lobbySlots = 8;

/** Words of the table's header, and where in it they are. */
export const headerWords = 16;
export const header = { mutex: 0, counter: 1, locks: 2 } as const;

/** Words of one slot: a cache line, so that neighbours do not slow each other down; and where in it they are. */
export const slotWords = 16;
export const slotField = { claim: 0, thread: 1, startedAt: 2, incarnation: 3, bell: 8 } as const;

export const tableWords = headerWords + (maxThreads + lobbySlots) * slotWords;

/** Where the word of a field of a slot is, in a table that starts at `table`. */
export function slotAt(table: number, index: number, field: number): number {
  return table + headerWords + index * slotWords + field;
}
