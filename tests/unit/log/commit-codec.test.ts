import { setFlagsFromString } from "node:v8";
import { describe, expect, it } from "@jest/globals";
import type { Change } from "../../../src/log/commit.js";
import { CommitCodec } from "../../../src/log/commit-codec.js";
import { InvariantError } from "../../../src/base/errors.js";

function put(record: Readonly<Record<string, unknown>>, key: string | number = 1, table = 1): Change {
  return { type: "put", table, key, record } as Change;
}

/** So many fields. */
function fields(count: number): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`w${i}`, i]));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** The same from digits that stand in groups, to be read. */
function bytes(groups: string): string {
  return groups.replaceAll(" ", "");
}

/** Appends a commit: what each reader makes of it. */
function append(writer: CommitCodec, changes: readonly Change[], ...readers: readonly CommitCodec[]): Change[][] {
  const bytes = writer.encode(changes).slice();
  writer.appended();
  return readers.map((reader) => reader.decode(bytes.slice()));
}

describe("a commit as bytes", () => {
  it("tells the shapes that are new at its end, and later ones do not", () => {
    const codec = new CommitCodec();
    // Where the shapes are told; put, table 1, the key is the first field, shape 0, its values; the shapes.
    expect(hex(codec.encode([put({ id: 1, a: "x" })]))).toBe(bytes("0000000c 0101000000 01a178 9192a26964a161"));
    codec.appended();
    expect(hex(codec.encode([put({ id: 2, a: "y" }, 2)]))).toBe(bytes("00000000 0101000000 02a179"));
  });

  it("has a key behind its record where no field holds it", () => {
    const codec = new CommitCodec();
    append(codec, [put({ a: 5 })]);
    expect(hex(codec.encode([put({ a: 5 }, "k")]))).toBe(bytes("00000000 0101ff0000 05 a16b"));
  });

  it("has a deleted key, and other changes as objects of their own", () => {
    const codec = new CommitCodec();
    expect(hex(codec.encode([{ type: "delete", table: 3, key: "k" }]))).toBe(bytes("00000000 0203a16b"));
    append(codec, [{ type: "dropTable", table: 1 }]);
    expect(hex(codec.encode([{ type: "dropTable", table: 3 }]))).toBe(bytes("00000000 03c10000 a964726f705461626c65 03"));
  });

  it.each<[string, Change[]]>([
    ["nothing", []],
    ["a key in the last field", [put({ a: 2, b: 3, id: 1 })]],
    ["a key in a field of two", [put({ a: 1, id: 1 })]],
    ["a key 0 and a field -0", [put({ a: -0 }, 0)]],
    ["a key -0 and a field 0", [put({ a: 0 }, -0)]],
    ["a key and a bigint of the same value", [put({ a: 1n }, 1)]],
    ["a key in the 255th field", [put({ ...fields(254), id: "k" }, "k")]],
    ["a key in the 256th field", [put({ ...fields(255), id: "k" }, "k")]],
    ["a key in the 257th field", [put({ ...fields(256), id: "k" }, "k")]],
    ["a record without fields", [put({})]],
    ["records of one shape in several tables", [put({ id: 1 }), put({ id: 1 }, 1, 2), put({ id: 2 }, 2, 70_000)]],
    ["fields in another order", [put({ id: 1, a: 1 }), put({ a: 1, id: 1 })]],
    ["a field that begins another shape", [put({ id: 1 }), put({ id: 2, a: 1 }, 2), put({ id: 3 }, 3)]],
    ["objects in objects", [put({ id: 1, a: { x: { y: [{ x: { y: 1 } }] } } })]],
  ])("comes back: %s", (_what, changes) => {
    const [decoded] = append(new CommitCodec(), changes, new CommitCodec());
    expect(decoded).toStrictEqual(changes);
  });

  it("comes back without fields that are undefined", () => {
    const changes = [put({ id: 1, a: undefined, b: 2 }), put({ id: 2, b: 3, c: undefined }, 2)];
    const reader = new CommitCodec();
    const [decoded] = append(new CommitCodec(), changes, reader);
    expect(decoded).toStrictEqual([put({ id: 1, b: 2 }), put({ id: 2, b: 3 }, 2)]);
    expect(reader.shapes).toBe(1);
  });

  it("is a view that the next encode writes over, in a buffer that is given up when it was large", () => {
    const codec = new CommitCodec();
    const first = codec.encode([put({ id: 1 })]);
    const second = codec.encode([put({ id: 1 })]);
    expect(second.buffer).toBe(first.buffer);
    const large = codec.encode([put({ id: 1, text: "x".repeat(4_000_000) })]).buffer.byteLength;
    expect(large).toBeGreaterThan(4_000_000);
    codec.encode([put({ id: 1 })]);
    expect(codec.encode([put({ id: 1 })]).buffer.byteLength).toBeLessThan(100_000);
  });

  it("gives records of one hidden class", () => {
    setFlagsFromString("--allow-natives-syntax");
    // oxlint-disable-next-line typescript/no-implied-eval -- only V8 itself can tell
    const haveSameMap = new Function("a", "b", "return %HaveSameMap(a, b)") as (a: unknown, b: unknown) => boolean;
    const records = [
      { id: 1, name: "a", age: 2 },
      { id: 2, name: "b", age: 3 },
      { id: 3, name: null, age: 1.5 },
    ];
    const [writer, reader] = [new CommitCodec(), new CommitCodec()];
    const decoded = records.flatMap((record) => append(writer, [put(record, record.id)], reader)[0]!);
    const [first, ...others] = decoded.map((change) => (change as { record: unknown }).record);
    for (const other of others) expect(haveSameMap(first, other)).toBe(true);
    expect(haveSameMap(first, { other: 1 })).toBe(false);
  });

  it("is refused where a value cannot be stored, and the shapes before it are forgotten", () => {
    const codec = new CommitCodec();
    expect(() => codec.encode([put({ id: 1, a: { b: 1 } }), put({ id: 2, f: () => 1 })])).toThrow(TypeError);
    const [decoded] = append(codec, [put({ z: 1 })], new CommitCodec());
    expect(decoded).toEqual([put({ z: 1 })]);
    expect(codec.shapes).toBe(1);
  });
});

describe("the shapes of a log", () => {
  it("are known when the commit that tells them was appended or read", () => {
    const [writer, reader] = [new CommitCodec(), new CommitCodec()];
    const bytes = writer.encode([put({ id: 1, inner: { x: 1 } })]).slice();
    expect(writer.shapes).toBe(0);
    writer.appended();
    expect(writer.shapes).toBe(2);
    reader.decode(bytes);
    expect(reader.shapes).toBe(2);
    expect(reader.encodeShapes()).toEqual(writer.encodeShapes());
  });

  it("are told again after a commit that was not appended", () => {
    const [writer, reader] = [new CommitCodec(), new CommitCodec()];
    writer.encode([put({ lost: 1 }), put({ id: 1 })]);
    expect(append(writer, [put({ id: 1 })], reader)).toEqual([[put({ id: 1 })]]);
    expect([writer.shapes, reader.shapes]).toEqual([1, 1]);
    writer.encode([put({ lost: 1 })]);
    expect(append(reader, [put({ other: 1 })], writer)).toEqual([[put({ other: 1 })]]);
    expect(append(writer, [put({ lost: 1 })], reader)).toEqual([[put({ lost: 1 })]]);
    expect([writer.shapes, reader.shapes]).toEqual([3, 3]);
  });

  it("make an encoded commit wrong when another commit told some before it was appended", () => {
    const [a, b] = [new CommitCodec(), new CommitCodec()];
    a.encode([put({ fromA: 1 })]);
    expect(append(b, [put({ fromB: 1 })], a)).toEqual([[put({ fromB: 1 })]]);
    expect(a.isCurrent).toBe(false);
    expect(() => a.appended()).toThrow(InvariantError);
    expect(append(a, [put({ fromA: 1 })], b)).toEqual([[put({ fromA: 1 })]]);
    expect(a.encodeShapes()).toEqual(b.encodeShapes());
  });

  it("leave an encoded commit right when it tells none, or when the others told none", () => {
    const [a, b] = [new CommitCodec(), new CommitCodec()];
    append(a, [put({ id: 1 })], b);
    const telling = a.encode([put({ fromA: 1 })]).slice();
    append(b, [put({ id: 2 }, 2)], a);
    expect(a.isCurrent).toBe(true);
    a.appended();
    expect(b.decode(telling)).toEqual([put({ fromA: 1 })]);

    const silent = a.encode([put({ id: 3 }, 3)]).slice();
    append(b, [put({ fromB: 1 })], a);
    expect(a.isCurrent).toBe(true);
    a.appended();
    expect(b.decode(silent)).toEqual([put({ id: 3 }, 3)]);
  });

  it("are the same where two replicas wanted to tell the same ones", () => {
    const [a, b] = [new CommitCodec(), new CommitCodec()];
    a.encode([put({ id: 1 })]);
    append(b, [put({ id: 2 }, 2)], a);
    expect(a.isCurrent).toBe(false);
    expect(append(a, [put({ id: 1 })], b)).toEqual([[put({ id: 1 })]]);
    expect([a.shapes, b.shapes]).toEqual([1, 1]);
  });

  it("go with a base, and replace those that were known", () => {
    const [writer, late] = [new CommitCodec(), new CommitCodec()];
    append(writer, [put({ id: 1, "\ud83d": 1 }), put({ id: 2, a: 1 }, 2)]);
    append(late, [put({ something: "else" })]);
    late.loadShapes(writer.encodeShapes());
    expect(late.shapes).toBe(2);
    const [decoded] = append(writer, [put({ id: 3, a: 1 }, 3), put({ b: 1 })], late);
    expect(decoded).toEqual([put({ id: 3, a: 1 }, 3), put({ b: 1 })]);
    expect(late.encodeShapes()).toEqual(writer.encodeShapes());
  });

  it("that were told in an encoded commit still make it wrong or right after a base was loaded", () => {
    const [a, b] = [new CommitCodec(), new CommitCodec()];
    const bytes = a.encode([put({ fromA: 1 })]).slice();
    a.loadShapes(b.encodeShapes());
    expect(a.isCurrent).toBe(true);
    a.appended();
    expect(b.decode(bytes)).toEqual([put({ fromA: 1 })]);
    expect(append(a, [put({ fromA: 2 })], b)).toEqual([[put({ fromA: 2 })]]);

    a.encode([put({ again: 1 })]);
    append(b, [put({ fromB: 1 })]);
    a.loadShapes(b.encodeShapes());
    expect(a.isCurrent).toBe(false);
  });

  it("are limited: records of more shapes, or with more fields, come back all the same", () => {
    const [writer, reader] = [new CommitCodec(), new CommitCodec()];
    const changes = [put(fields(1001), "wide")];
    for (let i = 0; i < 2_200; i++) changes.push(put({ id: i, inner: { [`in${i}`]: i }, last: "l" }, i));
    for (let i = 0; i < 2_200; i++) changes.push(put({ [`f${i}`]: i, deep: { inner: { a: 1 } } }, "k"));
    for (let round = 0; round < 2; round++) {
      const [decoded] = append(writer, changes, reader);
      expect(decoded).toStrictEqual(changes);
      expect([writer.shapes, reader.shapes]).toEqual([4096, 4096]);
    }
  });

  it("are missing where a commit before was not read, which is seen", () => {
    const [writer, reader] = [new CommitCodec(), new CommitCodec()];
    append(writer, [put({ id: 1 })]);
    expect(() => append(writer, [put({ id: 2 }, 2)], reader)).toThrow(InvariantError);
    expect(() =>
      append(writer, [
        { type: "columns", table: 1, names: [] },
        { type: "dropTable", table: 1 },
      ]),
    ).not.toThrow();
    expect(() => append(writer, [{ type: "dropTable", table: 1 }], reader)).toThrow(
      "a commit uses record shape 2, of which the log has not told",
    );
  });

  it("can be cut into pieces of some length, or of one change", () => {
    const writer = new CommitCodec();
    const reader = new CommitCodec();
    const changes = Array.from({ length: 40 }, (_, i) => put({ id: i, text: "x".repeat(i === 20 ? 5_000 : 100), [`only ${i % 7}`]: i }, i));
    const read: Change[][] = [];
    const lengths: number[] = [];
    for (const piece of writer.encodeInPieces(changes, 1_000)) {
      lengths.push(piece.length);
      read.push(reader.decode(piece.slice()));
      writer.appended();
    }
    expect(read.flat()).toEqual(changes);
    expect(read.length).toBeGreaterThan(4);
    expect(lengths.filter((length) => length > 2_000)).toHaveLength(1);
    expect([...writer.encodeInPieces([], 1_000)]).toEqual([]);
  });
});
