/*
 * A msgpack file: 8 bytes that tell it apart, then frames: [length of the payload, 4 bytes][CRC-32 of the length and the payload, 4 bytes][payload],
 * numbers with their lowest byte first. A payload is a byte that says of what kind it is, and MessagePack.
 */

/**
 * What the file begins with. The last byte is the number of the format; the first is no text, and a file that was transferred as text is noticed by the
 * two after the name.
 */
export const magic = Buffer.from([0x8d, 0x44, 0x69, 0x63, 0x74, 0x0d, 0x0a, 0x01]);

/** The kinds of frames, in the order in which they come: one head; per table shapes, records and deletes; one end. */
export const frame = {
  /** What kind of document it is, its manifest, and the catalogs of its tables. */
  head: 1,
  /** Names of the fields of further record shapes. */
  shapes: 2,
  /** The number of a table, and records of it. */
  records: 3,
  /** The number of a table, and keys that are gone. */
  deletes: 4,
  /** How many records and deletes there were. Without it the file was cut off. */
  end: 5,
} as const;

/** What stands before a payload. */
export const frameHead = 8;
