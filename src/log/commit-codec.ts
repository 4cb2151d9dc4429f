import { InvariantError } from "../base/errors.js";
import { decodeValue, encodeValue } from "../codec/value-codec.js";
import type { Change, TableId } from "./commit.js";
import type { Key } from "../base/value.js";
import { ShapedReader } from "./shaped-reader.js";
import { ShapedWriter } from "./shaped-writer.js";
import { ShapeTable } from "./shape-table.js";

const op = { put: 1, delete: 2, other: 3 } as const;

/** How many bytes come before the changes of a commit: where the shapes begin that it tells, or 0. */
const headSize = 4;

/**
 * Turns commits into bytes and back, for one log.
 *
 * A record is written as the number of its shape and its values. The shapes that a log knows come from its commits: one that has a record of a new shape
 * tells of it. So each replica reads every commit in log order, and what it encodes is right as long as nobody else has told of shapes since.
 */
export class CommitCodec {
  readonly #shapes = new ShapeTable();
  readonly #writer = new ShapedWriter(this.#shapes);
  readonly #reader = new ShapedReader(this.#shapes);

  /** How many record shapes (sets of field names, in order) the log knows as far as this replica has read it. */
  get shapes(): number {
    return this.#shapes.size;
  }

  /** Whether the last encode is still right: false when it told new shapes and other commits have since told some. Then encode again. */
  get isCurrent(): boolean {
    return this.#shapes.isCurrent;
  }

  /**
   * Encodes changes; a shape that the log does not know yet is told inside the bytes.
   *
   * @returns a view that is valid until the next call
   * @throws TypeError for a value that no record may hold
   */
  encode(changes: readonly Change[]): Uint8Array {
    const writer = this.#begin();
    for (const change of changes) writeChange(writer, change);
    return this.#end(writer);
  }

  /**
   * {@link encode} for changes that need not stay together: pieces of about so many bytes, or of one change that is longer. Each is valid, and to be
   * told {@link appended}, before the next one is asked for.
   */
  *encodeInPieces(changes: readonly Change[], byteLength: number): Generator<Uint8Array, undefined> {
    for (let i = 0; i < changes.length;) {
      const writer = this.#begin();
      do writeChange(writer, changes[i++]!);
      while (i < changes.length && writer.position < byteLength);
      yield this.#end(writer);
    }
  }

  /** Gives up the memory of a commit that was very large. What was encoded is not valid any more. */
  release(): void {
    this.#writer.reset();
  }

  #begin(): ShapedWriter {
    if (this.#shapes.hasPending) this.#shapes.dropPending();
    const writer = this.#writer;
    writer.reset();
    writer.skipUint32();
    return writer;
  }

  #end(writer: ShapedWriter): Uint8Array {
    const shapes = this.#shapes;
    writer.setUint32(0, shapes.hasPending ? writer.position : 0);
    if (shapes.hasPending) writer.write(shapes.pendingNames());
    return writer.written();
  }

  /**
   * The last encoded commit was appended: its shapes are known from now on. Without it the next encode forgets them.
   *
   * @throws InvariantError when the encode was not current any more
   */
  appended(): void {
    if (!this.isCurrent)
      throw new InvariantError("a commit was appended whose shapes have other numbers in the log", { shapes: this.shapes });
    this.#shapes.keepPending();
  }

  /**
   * Decodes a commit, the next one in log order, and learns the shapes it tells. The records own their bytes: nothing aliases `bytes`.
   *
   * @throws RangeError for bytes that are no commit, InvariantError for a shape of which no commit has told
   */
  decode(bytes: Uint8Array): Change[] {
    const reader = this.#reader;
    reader.open(bytes);
    const told = reader.readStart();
    if (told !== 0) {
      reader.moveTo(told, bytes.length);
      for (const names of reader.read() as string[][]) this.#shapes.learn(names);
      reader.moveTo(headSize, told);
    }
    const changes: Change[] = [];
    while (!reader.isAtEnd) changes.push(readChange(reader));
    reader.close();
    return changes;
  }

  /** The known shapes as bytes, for a base. */
  encodeShapes(): Uint8Array {
    return encodeValue(this.#shapes.names());
  }

  /** Takes the shapes of a base in place of those that are known. */
  loadShapes(bytes: Uint8Array): void {
    this.#shapes.replace(decodeValue(bytes) as string[][]);
  }
}

function writeChange(writer: ShapedWriter, change: Change): void {
  switch (change.type) {
    case "put":
      writer.writeByte(op.put);
      writer.write(change.table);
      writer.writeRecord(change.record, change.key);
      break;
    case "delete":
      writer.writeByte(op.delete);
      writer.write(change.table);
      writer.write(change.key);
      break;
    default:
      writer.writeByte(op.other);
      writer.write(change);
  }
}

function readChange(reader: ShapedReader): Change {
  switch (reader.readOp()) {
    case op.put: {
      const table = reader.read() as TableId;
      const record = reader.readRecord();
      return { type: "put", table, key: reader.key, record };
    }
    case op.delete: {
      const table = reader.read() as TableId;
      return { type: "delete", table, key: reader.read() as Key };
    }
    default:
      return reader.read() as Change;
  }
}
