import { FieldMemory } from "./known-fields.js";
import type { KnownFields } from "./known-fields.js";
import { ext, maxNesting, maxTime } from "./msgpack-format.js";
import { readShortText } from "./short-text.js";

/** Where eight bytes become a number. A view of the bytes themselves would have to be made for each commit, which costs more than its records. */
const scratch = new DataView(new ArrayBuffer(8));

const nothing = new Uint8Array(0);

/** No hint of a byte order mark is taken away, and what is no UTF-8 is an error. */
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads storable values from MessagePack, what {@link MsgpackWriter} writes and what other programs write: it is not trusted. Every length is held
 * against the bytes that are left before anything is made, nesting is limited, and what is no storable value is an error.
 */
export class MsgpackReader {
  protected bytes: Uint8Array = nothing;
  /** Where the next byte stands. */
  protected at = 0;
  protected end = 0;
  #depth = 0;
  readonly #fields = new FieldMemory();
  #buffer: Buffer | undefined;

  /** Starts to read these bytes. */
  open(bytes: Uint8Array, end = bytes.length): void {
    this.bytes = bytes;
    this.at = 0;
    this.end = end;
    this.#depth = 0;
    this.#buffer = undefined;
  }

  /** Lets go of the bytes. */
  close(): void {
    this.bytes = nothing;
    this.#buffer = undefined;
  }

  /** Whether everything was read. */
  get isAtEnd(): boolean {
    return this.at === this.end;
  }

  /** Reads one value. */
  read(): unknown {
    const head = this.readByte();
    if (head < 0x80) return head;
    if (head < 0xc0) {
      if (head >= 0xa0) return this.#readText(head & 0x1f);
      return head < 0x90 ? this.#readMap(head & 0x0f) : this.#readArray(head & 0x0f);
    }
    if (head >= 0xe0) return head - 0x100;
    switch (head) {
      case 0xc0:
        return null;
      case 0xc1:
        return this.readShaped();
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.#readBytes(this.readByte());
      case 0xc5:
        return this.#readBytes(this.readUint16());
      case 0xc6:
        return this.#readBytes(this.readUint32());
      case 0xc7:
        return this.#readExtension(this.readByte());
      case 0xc8:
        return this.#readExtension(this.readUint16());
      case 0xc9:
        return this.#readExtension(this.readUint32());
      case 0xca:
        scratch.setUint32(0, this.readUint32());
        return scratch.getFloat32(0);
      case 0xcb:
        return this.#readInto(scratch).getFloat64(0);
      case 0xcc:
        return this.readByte();
      case 0xcd:
        return this.readUint16();
      case 0xce:
        return this.readUint32();
      case 0xcf:
        return this.#readLong(this.readUint32(), false);
      case 0xd0:
        return (this.readByte() << 24) >> 24;
      case 0xd1:
        return (this.readUint16() << 16) >> 16;
      case 0xd2:
        return this.readUint32() | 0;
      case 0xd3:
        return this.#readLong(this.readUint32() | 0, true);
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#readExtension(1 << (head - 0xd4));
      case 0xd9:
        return this.#readText(this.readByte());
      case 0xda:
        return this.#readText(this.readUint16());
      case 0xdb:
        return this.#readText(this.readUint32());
      case 0xdc:
        return this.#readArray(this.readUint16());
      case 0xdd:
        return this.#readArray(this.readUint32());
      case 0xde:
        return this.#readMap(this.readUint16());
      default:
        return this.#readMap(this.readUint32());
    }
  }

  /** Reads what stands behind the one head that MessagePack never uses. */
  protected readShaped(): unknown {
    throw this.fault("a byte that MessagePack does not use");
  }

  protected readByte(): number {
    if (this.at >= this.end) throw this.fault("the end of the bytes in the middle of a value");
    return this.bytes[this.at++]!;
  }

  protected readUint16(): number {
    this.#take(2);
    const at = this.at;
    return (this.bytes[at - 2]! << 8) | this.bytes[at - 1]!;
  }

  protected readUint32(): number {
    this.#take(4);
    const at = this.at;
    const bytes = this.bytes;
    return ((bytes[at - 4]! << 24) | (bytes[at - 3]! << 16) | (bytes[at - 2]! << 8) | bytes[at - 1]!) >>> 0;
  }

  /** What is wrong with the bytes, and where. */
  protected fault(found: string): RangeError {
    return new RangeError(`found ${found}, at byte ${this.at} of ${this.end}`);
  }

  /** Steps over so many bytes. */
  #take(count: number): void {
    if (count > this.end - this.at) throw this.fault("the end of the bytes in the middle of a value");
    this.at += count;
  }

  /** Moves eight bytes to the start of a view. */
  #readInto(view: DataView): DataView {
    view.setUint32(0, this.readUint32());
    view.setUint32(4, this.readUint32());
    return view;
  }

  /** A 64-bit integer whose upper half was read: a number where that is exact, a bigint beyond. */
  #readLong(upper: number, signed: boolean): number | bigint {
    const lower = this.readUint32();
    const value = upper * 0x100000000 + lower;
    if (Number.isSafeInteger(value)) return value;
    const long = (BigInt(upper) << 32n) | BigInt(lower);
    return signed ? long : BigInt.asUintN(64, long);
  }

  #readText(length: number): string {
    const start = this.at;
    this.#take(length);
    return readShortText(this.bytes, start, length) ?? this.#readUtf8(start, length);
  }

  #readUtf8(start: number, length: number): string {
    const text = this.#bufferOf().toString("utf8", start, start + length);
    // What is no UTF-8 comes out as this character, which may also stand there rightly.
    if (!text.includes("\ufffd")) return text;
    try {
      return strictDecoder.decode(this.bytes.subarray(start, start + length));
    } catch {
      throw this.fault("a string that is not UTF-8");
    }
  }

  #bufferOf(): Buffer {
    return (this.#buffer ??= Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength));
  }

  #readBytes(length: number): Uint8Array {
    this.#take(length);
    return copyOf(this.bytes, this.at - length, length);
  }

  #readArray(length: number): unknown[] {
    if (length > this.end - this.at) throw this.fault(`an array of ${length} items and too few bytes for them`);
    this.#enter();
    // It grows as its items are read: a declared length alone may not cost memory.
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.read());
    this.#depth--;
    return items;
  }

  #readMap(count: number): Record<string, unknown> {
    if (count * 2 > this.end - this.at) throw this.fault(`an object of ${count} fields and too few bytes for them`);
    this.#enter();
    const object: Record<string, unknown> = {};
    let known: KnownFields | undefined = this.#fields.root;
    for (let i = 0; i < count; i++) {
      const name = this.#readName();
      known = known !== undefined && known.name === name ? known.next : this.#checkField(object, name, known);
      object[name] = this.read();
    }
    this.#depth--;
    return object;
  }

  #readName(): string {
    const head = this.bytes[this.at]!;
    if (head >= 0xa0 && head < 0xc0) {
      this.at++;
      return this.#readText(head & 0x1f);
    }
    const name = this.read();
    if (typeof name !== "string") throw this.fault("a field whose name is not a string");
    return name;
  }

  /** Refuses a field that the object has already, and one that no record may have. */
  #checkField(object: Readonly<Record<string, unknown>>, name: string, known: KnownFields | undefined): KnownFields | undefined {
    const next = this.#fields.step(known, name);
    if (next !== undefined) return next;
    if (Object.hasOwn(object, name)) throw this.fault(`the field ${JSON.stringify(name)} twice`);
    if (name === "__proto__" || name === "constructor" || name === "prototype") throw this.fault(`a field named ${name}`);
    return this.#fields.add(known, name);
  }

  #enter(): void {
    if (++this.#depth > maxNesting) throw this.fault(`values nested deeper than ${maxNesting} levels`);
  }

  #readExtension(length: number): unknown {
    const type = this.readByte();
    if (type === ext.timestamp) return this.#readDate(length);
    const start = this.at;
    this.#take(length);
    switch (type) {
      case ext.bigint: {
        if (length === 0) throw this.fault("a whole number without bytes");
        const digits = this.#bufferOf().toString("hex", start, start + length);
        return BigInt.asIntN(length * 8, BigInt(`0x${digits}`));
      }
      case ext.utf16:
        if (length % 2 !== 0) throw this.fault("a string that ends in the middle of a character");
        return this.#bufferOf().toString("utf16le", start, start + length);
      default:
        throw this.fault(`a value of the unknown extension type ${type > 127 ? type - 256 : type}`);
    }
  }

  #readDate(length: number): Date {
    let seconds: number;
    let nanoseconds = 0;
    if (length === 4) {
      seconds = this.readUint32();
    } else if (length === 8) {
      const upper = this.readUint32();
      nanoseconds = upper >>> 2;
      seconds = (upper & 3) * 0x100000000 + this.readUint32();
    } else if (length === 12) {
      nanoseconds = this.readUint32();
      seconds = Number(this.#readInto(scratch).getBigInt64(0));
    } else {
      throw this.fault(`a timestamp of ${length} bytes`);
    }
    const time = seconds * 1000 + Math.floor(nanoseconds / 1_000_000);
    if (nanoseconds > 999_999_999 || Math.abs(time) > maxTime) throw this.fault("a timestamp that no Date can hold");
    return new Date(time);
  }
}

function copyOf(bytes: Uint8Array, start: number, length: number): Uint8Array {
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(start, start + length));
  return copy;
}
