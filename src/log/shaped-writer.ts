import type { Key } from "../base/value.js";
import { MsgpackWriter } from "../codec/msgpack-writer.js";
import { noShape, ownKey, shapedHead } from "./shaped-format.js";
import type { ShapePlace, ShapeTable } from "./shape-table.js";

type Fields = Readonly<Record<string, unknown>>;

/** Writes MessagePack in which objects are the number of their shape and their values. */
export class ShapedWriter extends MsgpackWriter {
  readonly #shapes: ShapeTable;

  constructor(shapes: ShapeTable) {
    super();
    this.#shapes = shapes;
  }

  /** What was written: a view that is valid until something else is written. */
  written(): Uint8Array {
    return new Uint8Array(this.bytes.buffer, 0, this.at);
  }

  get position(): number {
    return this.at;
  }

  /** Leaves room for a number of 32 bits that is known later. */
  skipUint32(): void {
    this.reserve(4);
    this.at += 4;
  }

  setUint32(at: number, value: number): void {
    this.view.setUint32(at, value);
  }

  writeByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.at++] = byte;
  }

  /** Writes a record and its key: most often that stands in a field, whose position then says enough. */
  writeRecord(record: Fields, key: Key): void {
    const start = this.at;
    this.reserve(1);
    this.at++;
    const place = this.#writeFields(record, key, false);
    this.bytes[start] = place;
    if (place === ownKey) this.write(key);
  }

  protected override writeMap(object: Fields): void {
    this.reserve(1);
    this.bytes[this.at++] = shapedHead;
    this.enter();
    this.#writeFields(object, undefined, true);
    this.leave();
  }

  /** Writes the shape and the values of an object. Returns the position of the field that holds the key, `ownKey` if none does. */
  #writeFields(object: Fields, key: Key | undefined, isNested: boolean): number {
    const start = this.at;
    this.reserve(2);
    this.at += 2;
    let keyAt = ownKey;
    let place: ShapePlace = this.#shapes.root;
    for (const name in object) {
      const value = object[name];
      if (value === undefined) continue;
      if (place.name === name) {
        place = place.next!;
      } else {
        const next = this.#shapes.step(place, name);
        if (next === undefined) return this.#writeNamed(object, start);
        place = next;
      }
      if (value === key && keyAt === ownKey && isPosition(place.depth - 1) && (value !== 0 || Object.is(value, key)))
        keyAt = place.depth - 1;
      this.write(value);
    }
    const shape = place.shape ?? this.#shapes.tell(object, place, isNested);
    if (shape === undefined) return this.#writeNamed(object, start);
    this.bytes[start] = shape.id >> 8;
    this.bytes[start + 1] = shape.id;
    return keyAt;
  }

  /** Writes an object with the names of its fields in place of what was written of it. */
  #writeNamed(object: Fields, start: number): number {
    this.at = start;
    this.bytes[this.at++] = noShape >> 8;
    this.bytes[this.at++] = noShape & 0xff;
    super.writeMap(object);
    return ownKey;
  }
}

/** Whether the position of a field fits into its byte. */
function isPosition(index: number): boolean {
  return index < ownKey;
}
