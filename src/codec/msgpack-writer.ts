import { constants } from "node:buffer";
import { isDate, isUint8Array } from "node:util/types";
import { describe } from "../base/describe.js";
import { isPlainObject } from "../base/shape.js";
import { ext, maxInt64, maxNesting, minInt64 } from "./msgpack-format.js";

/** Room for the longest scalar that is written without asking for more: a Date of 15 bytes. */
const scalarRoom = 16;
const initialSize = 4096;
/** A buffer beyond this, a mebibyte, is given up when it is not needed. */
const largeSize = 1_048_576;
/** One beyond this is given up in any case: it would be kept for as long as the writer. */
const hugeSize = 16 * largeSize;

/** From this many characters on, room is made for the bytes that a text takes; for shorter ones, for those that it may take, which is sooner known. */
const longText = 65_536;

/** Strings up to here are written by a loop of our own; a call into native code costs more. */
const shortText = 64;

/**
 * Writes storable values as MessagePack into a buffer of its own that grows.
 *
 * What MessagePack cannot say, or says in one way for two things, is told apart so that it comes back exactly:
 * - a number that is a safe whole number is an integer, every other one (-0 included) a float64;
 * - a bigint that a number could hold too is extension 1, one beyond that an int64 or uint64, a longer one extension 1 again;
 * - a Date is the timestamp extension -1; a string with lone surrogates, which UTF-8 cannot hold, is extension 2.
 */
export class MsgpackWriter {
  protected bytes: Buffer = Buffer.allocUnsafeSlow(initialSize);
  protected view = new DataView(this.bytes.buffer);
  /** Where the next byte goes. */
  protected at = 0;
  #depth = 0;

  /** How many bytes the buffer holds without growing. */
  get capacity(): number {
    return this.bytes.length;
  }

  /** Starts anew, in a smaller buffer if most of it was not needed the last time, or it is very large. */
  reset(): void {
    const { length } = this.bytes;
    if (length > hugeSize || (length > largeSize && this.at < length / 4)) this.#use(Buffer.allocUnsafeSlow(initialSize));
    this.at = 0;
    this.#depth = 0;
  }

  /** A copy of what was written. */
  copy(): Uint8Array {
    const copy = new Uint8Array(this.at);
    copy.set(new Uint8Array(this.bytes.buffer, 0, this.at));
    return copy;
  }

  /**
   * Writes one value.
   *
   * @throws TypeError for what cannot be stored: a function, a symbol, an invalid Date, undefined outside an object
   * @throws RangeError when it gets longer than a Buffer can be
   */
  write(value: unknown): void {
    this.reserve(scalarRoom);
    switch (typeof value) {
      case "string":
        this.#writeText(value);
        return;
      case "number":
        this.#writeNumber(value);
        return;
      case "boolean":
        this.bytes[this.at++] = value ? 0xc3 : 0xc2;
        return;
      case "object":
        if (value === null) this.bytes[this.at++] = 0xc0;
        else this.#writeObject(value);
        return;
      case "bigint":
        this.#writeBigint(value);
        return;
      default:
        throw new TypeError(`a value of type ${typeof value} cannot be encoded`);
    }
  }

  /** Makes sure that so many more bytes fit. */
  protected reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#grow(this.at + count);
  }

  /** Goes one level deeper. Stops cycles, and what the reader would refuse. */
  protected enter(): void {
    if (++this.#depth > maxNesting) throw new TypeError(`a value nested deeper than ${maxNesting} levels cannot be encoded`);
  }

  protected leave(): void {
    this.#depth--;
  }

  /** Writes a plain object as a map. Fields that are undefined do not exist. */
  protected writeMap(object: Readonly<Record<string, unknown>>): void {
    this.enter();
    let count = 0;
    for (const name in object) if (object[name] !== undefined) count++;
    this.#writeHead(count, 0x80, 0xde);
    for (const name in object) {
      const value = object[name];
      if (value === undefined) continue;
      this.reserve(scalarRoom);
      this.#writeText(name);
      this.write(value);
    }
    this.leave();
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(this.bytes.length * 2, constants.MAX_LENGTH)));
    this.bytes.copy(grown, 0, 0, this.at);
    this.#use(grown);
  }

  #use(buffer: Buffer): void {
    this.bytes = buffer;
    this.view = new DataView(buffer.buffer);
  }

  #writeNumber(value: number): void {
    if ((value | 0) === value && (value !== 0 || Object.is(value, 0))) {
      this.#writeInt32(value);
    } else if (Number.isSafeInteger(value) && value !== 0) {
      this.#writeSafeInteger(value);
    } else {
      this.bytes[this.at] = 0xcb;
      this.view.setFloat64(this.at + 1, value);
      this.at += 9;
    }
  }

  #writeInt32(value: number): void {
    const bytes = this.bytes;
    if (value >= 0) {
      if (value < 0x80) {
        bytes[this.at++] = value;
      } else if (value < 0x100) {
        bytes[this.at++] = 0xcc;
        bytes[this.at++] = value;
      } else if (value < 0x10000) {
        bytes[this.at++] = 0xcd;
        bytes[this.at++] = value >> 8;
        bytes[this.at++] = value;
      } else {
        bytes[this.at] = 0xce;
        this.view.setUint32(this.at + 1, value);
        this.at += 5;
      }
    } else if (value >= -0x20) {
      bytes[this.at++] = value;
    } else if (value >= -0x80) {
      bytes[this.at++] = 0xd0;
      bytes[this.at++] = value;
    } else if (value >= -0x8000) {
      bytes[this.at++] = 0xd1;
      bytes[this.at++] = value >> 8;
      bytes[this.at++] = value;
    } else {
      bytes[this.at] = 0xd2;
      this.view.setInt32(this.at + 1, value);
      this.at += 5;
    }
  }

  #writeSafeInteger(value: number): void {
    if (value > 0 && value <= 0xffffffff) {
      this.bytes[this.at] = 0xce;
      this.view.setUint32(this.at + 1, value);
      this.at += 5;
      return;
    }
    this.bytes[this.at] = value > 0 ? 0xcf : 0xd3;
    this.view.setInt32(this.at + 1, Math.floor(value / 0x100000000));
    this.view.setUint32(this.at + 5, value >>> 0);
    this.at += 9;
  }

  #writeText(text: string): void {
    const length = text.length;
    if (length > shortText) {
      this.#writeUnusualText(text);
      return;
    }
    this.reserve(scalarRoom + length);
    const bytes = this.bytes;
    let at = this.at + (length < 32 ? 1 : 2);
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) {
        this.#writeUnusualText(text);
        return;
      }
      bytes[at++] = unit;
    }
    if (length < 32) {
      bytes[this.at] = 0xa0 | length;
    } else {
      bytes[this.at] = 0xd9;
      bytes[this.at + 1] = length;
    }
    this.at = at;
  }

  /** A string that is long or not ASCII. */
  #writeUnusualText(text: string): void {
    const wellFormed = isWellFormed(text);
    const room = !wellFormed ? text.length * 2 : text.length < longText ? text.length * 3 : Buffer.byteLength(text, "utf8");
    this.reserve(scalarRoom + room);
    if (!wellFormed) {
      this.#writeExtensionHead(ext.utf16, room);
      this.at += this.bytes.write(text, this.at, "utf16le");
      return;
    }
    // The head is chosen by what the bytes could be at most: they are then written once, in place.
    const head = room < 32 ? 1 : room < 0x100 ? 2 : room < 0x10000 ? 3 : 5;
    const length = this.bytes.write(text, this.at + head, "utf8");
    switch (head) {
      case 1:
        this.bytes[this.at] = 0xa0 | length;
        break;
      case 2:
        this.bytes[this.at] = 0xd9;
        this.bytes[this.at + 1] = length;
        break;
      case 3:
        this.bytes[this.at] = 0xda;
        this.view.setUint16(this.at + 1, length);
        break;
      default:
        this.bytes[this.at] = 0xdb;
        this.view.setUint32(this.at + 1, length);
    }
    this.at += head + length;
  }

  #writeObject(value: object): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) this.writeMap(value as Readonly<Record<string, unknown>>);
    else if (Array.isArray(value)) this.#writeArray(value);
    else if (isDate(value)) this.#writeDate(value);
    else if (isUint8Array(value)) this.#writeBytes(value);
    else if (isPlainObject(value)) this.writeMap(value);
    else throw new TypeError(`${describe(value)} cannot be encoded`);
  }

  #writeArray(items: readonly unknown[]): void {
    this.enter();
    this.#writeHead(items.length, 0x90, 0xdc);
    for (let i = 0; i < items.length; i++) this.write(items[i]);
    this.leave();
  }

  #writeBytes(source: Uint8Array): void {
    const length = source.length;
    this.reserve(scalarRoom + length);
    if (length < 0x100) {
      this.bytes[this.at] = 0xc4;
      this.bytes[this.at + 1] = length;
      this.at += 2;
    } else if (length < 0x10000) {
      this.bytes[this.at] = 0xc5;
      this.view.setUint16(this.at + 1, length);
      this.at += 3;
    } else {
      this.bytes[this.at] = 0xc6;
      this.view.setUint32(this.at + 1, length);
      this.at += 5;
    }
    this.bytes.set(source, this.at);
    this.at += length;
  }

  #writeDate(date: Date): void {
    const time = date.getTime();
    if (Number.isNaN(time)) throw new TypeError("an invalid Date cannot be encoded");
    const seconds = Math.floor(time / 1000);
    const milliseconds = time - seconds * 1000;
    if (seconds >= 0 && seconds <= 0xffffffff && milliseconds === 0) {
      this.#writeExtensionHead(ext.timestamp, 4);
      this.view.setUint32(this.at, seconds);
      this.at += 4;
    } else if (seconds >= 0 && seconds < 2 ** 34) {
      this.#writeExtensionHead(ext.timestamp, 8);
      this.view.setUint32(this.at, milliseconds * 4_000_000 + Math.floor(seconds / 2 ** 32));
      this.view.setUint32(this.at + 4, seconds >>> 0);
      this.at += 8;
    } else {
      this.#writeExtensionHead(ext.timestamp, 12);
      this.view.setUint32(this.at, milliseconds * 1_000_000);
      this.view.setBigInt64(this.at + 4, BigInt(seconds));
      this.at += 12;
    }
  }

  #writeBigint(value: bigint): void {
    if (value >= minInt64 && value <= maxInt64) {
      if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) this.#writeExtensionHead(ext.bigint, 8);
      else this.bytes[this.at++] = 0xd3;
      this.view.setBigInt64(this.at, value);
      this.at += 8;
    } else if (value > 0n && BigInt.asUintN(64, value) === value) {
      this.bytes[this.at] = 0xcf;
      this.view.setBigUint64(this.at + 1, value);
      this.at += 9;
    } else {
      this.#writeLongBigint(value);
    }
  }

  /** Two's complement, most significant byte first. */
  #writeLongBigint(value: bigint): void {
    const digits = (value < 0n ? ~value : value).toString(16);
    const magnitude = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
    const length = magnitude.length + 1;
    this.reserve(scalarRoom + length);
    this.#writeExtensionHead(ext.bigint, length);
    const flip = value < 0n ? 0xff : 0;
    this.bytes[this.at++] = flip;
    for (const byte of magnitude) this.bytes[this.at++] = byte ^ flip;
  }

  /** The head of an array or a map: in one byte for up to fifteen entries. */
  #writeHead(count: number, short: number, long: number): void {
    this.reserve(scalarRoom);
    if (count < 16) {
      this.bytes[this.at++] = short | count;
    } else if (count < 0x10000) {
      this.bytes[this.at] = long;
      this.view.setUint16(this.at + 1, count);
      this.at += 3;
    } else {
      this.bytes[this.at] = long + 1;
      this.view.setUint32(this.at + 1, count);
      this.at += 5;
    }
  }

  #writeExtensionHead(type: number, length: number): void {
    const fixed = length === 1 ? 0xd4 : length === 2 ? 0xd5 : length === 4 ? 0xd6 : length === 8 ? 0xd7 : length === 16 ? 0xd8 : undefined;
    if (fixed !== undefined) {
      this.bytes[this.at++] = fixed;
    } else if (length < 0x100) {
      this.bytes[this.at++] = 0xc7;
      this.bytes[this.at++] = length;
    } else if (length < 0x10000) {
      this.bytes[this.at] = 0xc8;
      this.view.setUint16(this.at + 1, length);
      this.at += 3;
    } else {
      this.bytes[this.at] = 0xc9;
      this.view.setUint32(this.at + 1, length);
      this.at += 5;
    }
    this.bytes[this.at++] = type;
  }
}

/** Whether every surrogate of a string has its other half. Node.js knows at once for strings of one byte a unit; the compiler's library does not know it yet. */
function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}
