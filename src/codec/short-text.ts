/** Strings up to this many bytes are looked up among those that were read lately. */
const maxLength = 24;

/** A power of two. */
const size = 4096;

const recent = Array.from({ length: size }, () => "");

/**
 * The string that stands in some bytes if it is short and ASCII, undefined otherwise.
 *
 * Field names, codes and categories come again and again. Finding such a string among the recent ones costs less than making it, and those that are
 * found share their memory.
 */
export function readShortText(bytes: Uint8Array, at: number, length: number): string | undefined {
  if (length > maxLength) return undefined;
  let hash = length;
  for (let i = 0; i < length; i++) {
    const byte = bytes[at + i]!;
    if (byte >= 0x80) return undefined;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  const place = (hash ^ (hash >>> 12)) & (size - 1);
  const candidate = recent[place]!;
  if (candidate.length === length && stands(candidate, bytes, at)) return candidate;
  const made = makeText(bytes, at, length);
  recent[place] = made;
  return made;
}

function stands(text: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}

const { fromCharCode } = String;

function makeText(b: Uint8Array, at: number, length: number): string {
  return fromCharCode.apply(undefined, b.subarray(at, at + length) as unknown as number[]);
}
