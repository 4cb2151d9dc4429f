import { InvariantError } from "../base/errors.js";
import type { Key, StoredRecord } from "../base/value.js";
import { MsgpackReader } from "../codec/msgpack-reader.js";
import { noShape, ownKey } from "./shaped-format.js";
import type { ShapeTable } from "./shape-table.js";

/** Reads what ShapedWriter wrote. */
export class ShapedReader extends MsgpackReader {
  readonly #shapes: ShapeTable;
  /** The key of the record that was read last. */
  key: Key = 0;

  constructor(shapes: ShapeTable) {
    super();
    this.#shapes = shapes;
  }

  /** Reads a record, and its key into `key`. */
  readRecord(): StoredRecord {
    const keyAt = this.readByte();
    const id = this.readUint16();
    if (id === noShape) {
      const record = this.read() as StoredRecord;
      this.key = this.read() as Key;
      return record;
    }
    const shape = this.#shapes.get(id);
    if (shape === undefined) return this.#unknown(id);
    const record = shape.build(this);
    this.key = (keyAt === ownKey ? this.read() : record[shape.names[keyAt]!]) as Key;
    return record;
  }

  readOp(): number {
    return this.readByte();
  }

  /** The number of 32 bits at the start of the bytes. */
  readStart(): number {
    return this.readUint32();
  }

  moveTo(at: number, end: number): void {
    this.at = at;
    this.end = end;
  }

  protected override readShaped(): unknown {
    const id = this.readUint16();
    if (id === noShape) return this.read();
    const shape = this.#shapes.get(id);
    return shape === undefined ? this.#unknown(id) : shape.build(this);
  }

  #unknown(id: number): never {
    throw new InvariantError(`a commit uses record shape ${id}, of which the log has not told`, { shape: id, known: this.#shapes.size });
  }
}
