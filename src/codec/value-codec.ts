import { Packr } from "msgpackr";
import { MsgpackReader } from "./msgpack-reader.js";
import { MsgpackWriter } from "./msgpack-writer.js";
import { isPlainData } from "./plain-data.js";

/** Writes plain data. Maps as MessagePack has them: records of its own kind are code to whoever reads them. */
const packr = new Packr({ useRecords: false, variableMapSize: true, moreTypes: false });

/** A writer that nobody is using, so that a value costs no buffer of its own. */
let spareWriter: MsgpackWriter | undefined;

/** Reading calls no code but its own, so that one serves all. */
const reader = new MsgpackReader();

/** A writer that grew beyond this is not kept. */
const maxSpare = 1_048_576;

/**
 * A value as MessagePack, in bytes that are the caller's own. Every storable value comes back exactly: -0, NaN, lone surrogates, bigints of every size
 * (`2n` stays a bigint), Dates of the whole range; bytes as plain Uint8Array that share no memory with the source; the order of fields. Fields that are
 * undefined do not exist.
 *
 * @throws TypeError for what cannot be stored
 */
export function encodeValue(value: unknown): Uint8Array {
  // msgpackr writes what every program means by data; what it would not give back exactly is written here.
  return isPlainData(value) ? Uint8Array.from(packr.pack(value)) : write(value);
}

function write(value: unknown): Uint8Array {
  const writer = spareWriter ?? new MsgpackWriter();
  // A getter may come back here.
  spareWriter = undefined;
  writer.reset();
  writer.write(value);
  const bytes = writer.copy();
  if (writer.capacity <= maxSpare) spareWriter = writer;
  return bytes;
}

/**
 * The value behind {@link encodeValue}'s bytes, or behind another program's MessagePack: of that, 64-bit integers are numbers where those are exact and
 * bigints beyond, and names of fields must be strings. The bytes are not trusted; nothing of the value shares their memory.
 *
 * @throws RangeError when the bytes are not one whole storable value: cut off, too long, nested too deep, of an unknown type, with a field twice or with
 * one that no record may have. Lengths that they declare are held against their number first.
 */
export function decodeValue(bytes: Uint8Array): unknown {
  reader.open(bytes);
  try {
    const value = reader.read();
    if (!reader.isAtEnd) throw new RangeError("found more bytes after the end of the value");
    return value;
  } finally {
    reader.close();
  }
}
