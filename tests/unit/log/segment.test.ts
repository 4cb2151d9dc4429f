import { describe, expect, it } from "@jest/globals";
import { Segment } from "../../../src/log/segment.js";
import { thrown } from "../../support/thrown.js";
import { DictDBError } from "../../../src/index.js";

function small(maxByteLength: number): Segment {
  return new Segment(new SharedArrayBuffer(256, { maxByteLength }));
}

/** The payload of the frame at a position. */
function payloadAt(segment: Segment, at: number): number[] {
  const length = segment.lengthAt(at);
  const words = new Int32Array(Segment.frameEnd(at, length) - at);
  segment.copy(at, at + words.length, words);
  return [...new Uint8Array(words.buffer, 4, length)];
}

describe("Segment", () => {
  it("keeps frames of any length on whole words", () => {
    const segment = Segment.create();
    const payloads = [0, 1, 2, 3, 4, 5, 127, 400, 1_001].map((length) => Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255));
    let at = Segment.start;
    const places = payloads.map((payload) => {
      const place = at;
      segment.reserve(Segment.frameEnd(at, payload.length));
      at = segment.write(at, payload);
      expect(at).toBe(Segment.frameEnd(place, payload.length));
      expect(at - place).toBe(1 + Math.ceil(payload.length / 4));
      return place;
    });
    expect(places.map((place) => payloadAt(segment, place))).toEqual(payloads.map((payload) => [...payload]));
  });

  it("tells in its header which commits it has, numbers beyond 32 bits included", () => {
    const segment = Segment.create();
    const header = { baseSeq: 2 ** 40 + 1, baseEnd: 123, flipSeq: 2 ** 53 - 1, flipEnd: 2 ** 30 };
    segment.writeHeader(header);
    expect(new Segment(segment.buffer).readHeader()).toEqual(header);
    expect(Segment.start).toBeGreaterThanOrEqual(7); // no frame may stand on the header
  });

  it("shows each thread what another one has added behind the end that it knew", () => {
    const writer = Segment.create();
    const reader = new Segment(writer.buffer);
    const { byteLength } = writer.buffer;
    const at = byteLength / 4 + 1_000;
    writer.reserve(Segment.frameEnd(at, 8));
    writer.write(at, new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(writer.buffer.byteLength).toBeGreaterThan(byteLength);
    expect(payloadAt(reader, at)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("grows in steps, so that a commit does not pay for each byte", () => {
    const segment = Segment.create();
    const first = segment.buffer.byteLength;
    segment.reserve(first / 4 + 1);
    const second = segment.buffer.byteLength;
    expect(second).toBeGreaterThanOrEqual(2 * first);
    segment.reserve(second / 4);
    expect(segment.buffer.byteLength).toBe(second);
  });

  it("refuses what goes beyond its limit and stays as it is", () => {
    const segment = small(1_024);
    segment.reserve(256); // all of it
    const error = thrown(DictDBError, () => segment.reserve(257));
    expect(error).toMatchObject({ code: "CAPACITY", details: { limit: 1_024 } });
    expect(segment.buffer.byteLength).toBe(1_024);
    segment.reserve(256);
    expect(segment.write(250, new Uint8Array(20))).toBe(256);
  });

  it("copies as much as there is where a length was nonsense", () => {
    const segment = small(1_024);
    expect(segment.lengthAt(10_000)).toBe(0);
    const words = new Int32Array(1_000).fill(9);
    segment.copy(60, 200, words);
    expect([...words.subarray(0, 6)]).toEqual([0, 0, 0, 0, 9, 9]);
  });

  it.each([10, 500])("hands %d words over to another segment", (count) => {
    const [from, to] = [Segment.create(), Segment.create()];
    from.reserve(1_000);
    from.write(
      100,
      Uint8Array.from({ length: 4 * count }, (_, i) => i & 255),
    );
    to.reserve(2_000);
    to.copyFrom(new Segment(from.buffer), 100, 101 + count, 300);
    expect(payloadAt(to, 300)).toEqual(payloadAt(from, 100));
  });
});
