import { isUtf8 } from "node:buffer";
import { maxDepth } from "../base/copy.js";
import type { StoredRecord } from "../base/value.js";
import { readShortText } from "../codec/short-text.js";
import { RecordShape } from "../log/record-shape.js";

/** Thrown when the bytes end in the middle of something and more of them may come. */
export const needMore = new RangeError("the bytes end here, but not the file");

/** Each level of a value may be wrapped in a tag, and a few levels are around it. */
const maxNesting = 2 * maxDepth + 16;

/** A whole number with more digits than this is no number that anybody wrote. */
const maxDigits = 10_000;

/** Record shapes beyond this number are forgotten. */
const maxShapes = 1_000;

/** A field that probably comes next. */
interface Guess {
  readonly name: string;
  /** The name as it stands in the bytes, with its quotes. */
  readonly bytes: Buffer;
}

/** Takes the values of a record that were read, one after the other. */
class ValueList {
  readonly values: unknown[] = [];
  #next = 0;

  read(): unknown {
    return this.values[this.#next++];
  }

  clear(): void {
    this.values.length = 0;
    this.#next = 0;
  }
}

const code = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  colon: 0x3a,
  backslash: 0x5c,
  open: 0x5b,
  close: 0x5d,
  begin: 0x7b,
  end: 0x7d,
} as const;

/**
 * Reads JSON from bytes that come in pieces, and trusts nothing: nesting is limited, a field may not come twice, nor have a name that no record may
 * have. It takes what Python writes, too: `NaN`, `Infinity`, and whole numbers beyond 2^53, which become bigints.
 */
export class JsonParser {
  #bytes: Buffer = Buffer.alloc(0);
  /** How many bytes of the file came before `#bytes`. */
  #before = 0;
  #isLast = false;
  #depth = 0;
  #shapes = new Map<string, RecordShape>();
  #shape: RecordShape | undefined;
  #guesses: readonly Guess[] = [];
  readonly #list = new ValueList();
  /** Where the next byte stands. To be put back when `needMore` was thrown. */
  at = 0;
  /** Whether anything looked like a tag since this was set to false. */
  sawTag = false;

  /** How many bytes of the file were read. */
  get offset(): number {
    return this.#before + this.at;
  }

  /** How many bytes are there that were not read yet. */
  get left(): number {
    return this.#bytes.length - this.at;
  }

  /** Adds the next bytes of the file. */
  push(bytes: Buffer, isLast: boolean): void {
    this.#before += this.at;
    this.#bytes = this.left === 0 ? bytes : Buffer.concat([this.#bytes.subarray(this.at), bytes]);
    this.at = 0;
    this.#isLast = isLast;
  }

  /** What is wrong, and where. */
  fault(found: string, at = this.at): RangeError {
    return new RangeError(`found ${found} at byte ${this.#before + at}`);
  }

  /** The next byte that is no space; it is not taken. -1 at the end of the file. */
  peek(): number {
    const bytes = this.#bytes;
    for (; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    }
    if (!this.#isLast) throw needMore;
    return -1;
  }

  /** Takes this byte if it is the next one. */
  takes(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /** Takes this byte. */
  expect(byte: number): void {
    if (!this.takes(byte)) throw this.#unexpected(JSON.stringify(String.fromCharCode(byte)));
  }

  /** Reads the name of a member, and the colon behind it. */
  readName(): string {
    if (this.peek() !== code.quote) throw this.#unexpected("the name of a member");
    const name = this.#readString();
    this.expect(code.colon);
    return name;
  }

  /** Reads any value. */
  readValue(): unknown {
    switch (this.peek()) {
      case code.quote:
        return this.#readString();
      case code.begin:
        return this.#readObject();
      case code.open:
        return this.#readArray();
      case 0x74:
        return this.#word("true", true);
      case 0x66:
        return this.#word("false", false);
      case 0x6e:
        return this.#word("null", null);
      case 0x4e:
        return this.#word("NaN", NaN);
      case 0x49:
        return this.#word("Infinity", Infinity);
      default:
        return this.#readNumber();
    }
  }

  /** Reads a record. The one before tells what its fields probably are. */
  readRecord(): StoredRecord {
    this.expect(code.begin);
    const guesses = this.#guesses;
    const { values } = this.#list;
    this.#list.clear();
    let names: string[] | undefined;
    this.#depth = 1;
    if (!this.takes(code.end)) {
      do {
        const i = values.length;
        if (names === undefined && i < guesses.length && this.#isGuess(guesses[i]!)) this.expect(code.colon);
        else {
          names ??= guesses.slice(0, i).map(({ name }) => name);
          names.push(this.readName());
        }
        values.push(this.readValue());
      } while (this.takes(code.comma));
      if (!this.takes(code.end)) throw this.#unexpected('"," or "}"');
    }
    if (names === undefined && values.length < guesses.length) names = guesses.slice(0, values.length).map(({ name }) => name);
    const shape = names === undefined && this.#shape !== undefined ? this.#shape : this.#shapeOf(names ?? []);
    if (shape.names.length === 1 && shape.names[0]!.startsWith("$")) this.sawTag = true;
    return shape.build(this.#list);
  }

  #isGuess({ bytes: guess }: Guess): boolean {
    if (this.peek() !== code.quote || this.left < guess.length) return false;
    const bytes = this.#bytes;
    const { at } = this;
    for (let i = 1; i < guess.length; i++) if (bytes[at + i] !== guess[i]) return false;
    this.at += guess.length;
    return true;
  }

  #shapeOf(names: readonly string[]): RecordShape {
    const id = JSON.stringify(names);
    let shape = this.#shapes.get(id);
    if (shape === undefined) {
      const seen = new Set<string>();
      for (const name of names) {
        this.#checkName(name, seen.has(name));
        seen.add(name);
      }
      if (this.#shapes.size >= maxShapes) this.#shapes.clear();
      shape = new RecordShape(0, names);
      this.#shapes.set(id, shape);
    }
    this.#shape = shape;
    this.#guesses = names.map((name) => ({ name, bytes: Buffer.from(JSON.stringify(name)) }));
    return shape;
  }

  #checkName(name: string, isThere: boolean): void {
    if (isThere) throw this.fault(`the member ${JSON.stringify(name)} twice`);
    if (name === "__proto__" || name === "constructor" || name === "prototype") throw this.fault(`a member named ${name}`);
  }

  #readObject(): Record<string, unknown> {
    this.#enter();
    const object: Record<string, unknown> = {};
    let count = 0;
    let name = "";
    if (!this.takes(code.end)) {
      do {
        name = this.readName();
        if (name in object || name === "prototype") this.#checkName(name, Object.hasOwn(object, name));
        object[name] = this.readValue();
        count++;
      } while (this.takes(code.comma));
      if (!this.takes(code.end)) throw this.#unexpected('"," or "}"');
    }
    if (count === 1 && name.startsWith("$")) this.sawTag = true;
    this.#depth--;
    return object;
  }

  #readArray(): unknown[] {
    this.#enter();
    const items: unknown[] = [];
    if (!this.takes(code.close)) {
      do items.push(this.readValue());
      while (this.takes(code.comma));
      if (!this.takes(code.close)) throw this.#unexpected('"," or "]"');
    }
    this.#depth--;
    return items;
  }

  #enter(): void {
    this.at++;
    if (++this.#depth > maxNesting) throw this.fault(`values nested deeper than ${maxNesting} levels`);
  }

  /** Forgets how deep it was when `needMore` was thrown. */
  restart(at: number): void {
    this.at = at;
    this.#depth = 0;
  }

  #readString(): string {
    const bytes = this.#bytes;
    const start = this.at + 1;
    let at = start;
    let isAscii = true;
    let hasEscape = false;
    for (;;) {
      if (at >= bytes.length) throw this.#endOr("a string without an end");
      const byte = bytes[at]!;
      if (byte === code.quote) break;
      if (byte === code.backslash) {
        hasEscape = true;
        at += 2;
        continue;
      }
      if (byte < 0x20) throw this.fault("a control character in a string", at);
      if (byte >= 0x80) isAscii = false;
      at++;
    }
    this.at = at + 1;
    const length = at - start;
    if (!isAscii && !isUtf8(bytes.subarray(start, at))) throw this.fault("a string that is not UTF-8", start);
    if (hasEscape) return this.#unescape(bytes.toString("utf8", start - 1, at + 1), start);
    return (isAscii ? readShortText(bytes, start, length) : undefined) ?? bytes.toString(isAscii ? "latin1" : "utf8", start, at);
  }

  #unescape(quoted: string, at: number): string {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      throw this.fault("a wrong escape in a string", at);
    }
  }

  #readNumber(): number | bigint {
    const bytes = this.#bytes;
    const start = this.at;
    let { at } = this;
    // The commonest by far: a short whole number.
    let value = 0;
    const isNegative = bytes[at] === code.minus;
    if (isNegative) at++;
    const digits = at;
    while (at < bytes.length) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
    }
    const length = at - digits;
    if (at >= bytes.length && !this.#isLast) throw needMore;
    const next = bytes[at];
    const goesOn = next === 0x2e || next === 0x65 || next === 0x45;
    if (length > 0 && length < 16 && !goesOn && (length === 1 || bytes[digits] !== 0x30)) {
      this.at = at;
      return isNegative ? -value : value;
    }
    if (isNegative && next === 0x49) {
      this.at = at;
      return this.#word("Infinity", -Infinity);
    }
    while (at < bytes.length && isNumberPart(bytes[at]!)) at++;
    if (at >= bytes.length && !this.#isLast) throw needMore;
    this.at = at;
    return this.#toNumber(bytes.toString("latin1", start, at), start);
  }

  #toNumber(text: string, start: number): number | bigint {
    if (text.length > maxDigits) throw this.fault(`a number of ${text.length} digits`, start);
    const parts = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.exec(text);
    if (parts === null) {
      this.at = start;
      throw this.#unexpected("a value");
    }
    const value = Number(text);
    if (parts[1] === undefined && parts[2] === undefined) return Number.isSafeInteger(value) ? value : BigInt(text);
    if (!Number.isFinite(value)) throw this.fault(`a number that is too large, ${text}`, start);
    return value;
  }

  #word<V>(word: string, value: V): V {
    const bytes = this.#bytes;
    if (bytes.length - this.at < word.length && !this.#isLast) throw needMore;
    for (let i = 0; i < word.length; i++) if (bytes[this.at + i] !== word.charCodeAt(i)) throw this.#unexpected("a value");
    this.at += word.length;
    return value;
  }

  #endOr(found: string): RangeError {
    return this.#isLast ? this.fault(found) : needMore;
  }

  #unexpected(expected: string): RangeError {
    const byte = this.at < this.#bytes.length ? this.#bytes[this.at]! : undefined;
    const found =
      byte === undefined
        ? "the end"
        : byte >= 0x20 && byte < 0x7f
          ? JSON.stringify(String.fromCharCode(byte))
          : `byte 0x${byte.toString(16)}`;
    return this.fault(`${found} instead of ${expected}`);
  }
}

function isNumberPart(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2b || byte === 0x2d || byte === 0x65 || byte === 0x45;
}
