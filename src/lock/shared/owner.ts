/**
 * One attachment of one thread: a number from 1 to 2^30 - 1 that an atomic counter gave out once and never gives again.
 *
 * Whatever is owned in shared memory names an incarnation, never a slot or an operating system's thread: those are used again, and one who means to
 * take something from the dead would take it from the next who has the number.
 */
export type Incarnation = number;

/** The bits of an Int32 that hold an incarnation; the two above are free for flags. */
export const incarnationMask = 2 ** 30 - 1;

/** What owning something in shared memory needs to know of its owner and of all others. */
export interface Owner {
  readonly incarnation: Incarnation;
  readonly table: { isDead(incarnation: Incarnation): boolean };
}
