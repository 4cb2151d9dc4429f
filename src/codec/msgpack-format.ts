import { maxDepth } from "../base/copy.js";

/** The extension types of MessagePack that are used here. The timestamp is the standard's, the others are ours. */
export const ext = {
  /** -1, as an unsigned byte. */
  timestamp: 0xff,
  /** A whole number in two's complement, most significant byte first, of any length. */
  bigint: 1,
  /** The code units of a string, two bytes each, the lower one first. */
  utf16: 2,
} as const;

export const minInt64 = -(2n ** 63n);
export const maxInt64 = 2n ** 63n - 1n;

/** The furthest a Date reaches from 1970, in milliseconds. */
export const maxTime = 8.64e15;

/** How deep values may be nested. Records may be as deep as `maxDepth`; what a file or a commit puts around them needs a few levels more. */
export const maxNesting = maxDepth + 16;
