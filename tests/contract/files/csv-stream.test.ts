import { createReadStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import type { CsvImportOptions, CsvSource, Progress } from "../../../src/index.js";
import { rejection } from "../../support/rejection.js";
import { tempFolder } from "../../support/temp-folder.js";

const file = join(tempFolder(), "a.csv");
const text = 'id,a,n\r\n1,"é😀,\r\n""",1.50\r\n2,,2.25\r\n';
const records = [
  { id: 1, a: 'é😀,\r\n"', n: 1.5 },
  { id: 2, a: "", n: 2.25 },
];

/** Bytes as a web stream that tells what was done to it. */
function webStream(bytes: readonly Uint8Array[], events: string[]): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        events.push("pull");
        if (next < bytes.length) controller.enqueue(bytes[next++]!);
        else controller.close();
      },
      cancel: () => void events.push("cancel"),
    },
    { highWaterMark: 0 },
  );
}

const bytesOf = (content: Uint8Array): Uint8Array[] => Array.from(content, (byte) => Uint8Array.of(byte));

async function imported(source: CsvSource, options?: CsvImportOptions, db = new DictDB()): Promise<unknown[]> {
  await db.importCsv(source, "t", options);
  db.getTable("t").check();
  return db.getTable("t").select({ orderBy: "id" });
}

describe("a stream as source", () => {
  const bytes = Buffer.from(text);
  const packed = gzipSync(bytes);
  const wide = Buffer.from(`\ufeff${text}`, "utf16le");
  async function* generate(): AsyncGenerator<Uint8Array | string> {
    yield bytes.subarray(0, 30);
    yield "";
    yield bytes.subarray(30).toString();
  }
  it.each<[string, () => CsvSource]>([
    ["a list of one text", () => [text]],
    ["a list of letters", () => text.split("")],
    ["a text with a byte order mark", () => ["", `\ufeff${text}`]],
    ["a list of bytes", () => bytesOf(bytes)],
    ["bytes of UTF-16", () => bytesOf(wide)],
    ["compressed bytes", () => bytesOf(packed)],
    ["compressed bytes of UTF-16", () => [gzipSync(wide)]],
    ["several compressed parts", () => [gzipSync(bytes.subarray(0, 20)), gzipSync(bytes.subarray(20))]],
    ["a generator of bytes and text", generate],
    ["a stream of Node's", () => Readable.from(bytesOf(bytes))],
    ["a stream of Node's that decodes", () => Readable.from([bytes]).setEncoding("utf8")],
    ["a web stream", () => webStream(bytesOf(bytes), [])],
    ["the body of a response", () => new Response(bytes).body!],
    ["a blob", () => new Blob([bytes]).stream()],
  ])("%s", async (_what, make) => {
    expect(await imported(make())).toEqual(records);
    expect(await imported(make(), { schema: { id: "integer", a: "string", n: "number" } })).toEqual(records);
  });

  it("fills a shared database, too", async () => {
    const db = new DictDB();
    db.share();
    expect(await imported(webStream(bytesOf(packed), []), {}, db)).toEqual(records);
    await db.close();
  });

  it("may use the memory of a piece again", async () => {
    const shared = new Uint8Array(1);
    function* pieces(): Generator<Uint8Array> {
      for (const byte of bytes) {
        shared[0] = byte;
        yield shared;
      }
    }
    expect(await imported(pieces())).toEqual(records);
  });

  it("is read no faster than its rows are", async () => {
    const events: string[] = [];
    const rows = Array.from({ length: 5 }, (_, i) => Buffer.from(i === 0 ? "id\n" : `${i}\n`));
    const onProgress = (): void => void events.push("told");
    expect(await imported(webStream(rows, events), { schema: {}, onProgress })).toHaveLength(4);
    // Each piece is asked for after the one before was read; the last "told" is of the end.
    expect(events.join(" ")).toBe("pull told pull told pull told pull told pull told pull told");
  });

  it("tells how much was read, of what is not known before the end", async () => {
    const seen: Progress[] = [];
    const { length } = bytes;
    await imported([bytes.subarray(0, 10), bytes.subarray(10)], { onProgress: (progress) => void seen.push(progress) });
    expect(seen[0]).toEqual({ done: 10, total: Infinity });
    expect(seen).toContainEqual({ done: length, total: 2 * length });
    expect(seen).toContainEqual({ done: length + 10, total: 2 * length });
    expect(seen.at(-1)).toEqual({ done: 2 * length, total: 2 * length });
  });

  it("lets the event loop go on", async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await imported([`id,a\n${Array.from({ length: 200_000 }, (_, i) => `${i},x\n`).join("")}`], { schema: { a: "string" } });
    isDone = true;
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});

describe("a stream that fails, or is of no use", () => {
  const failure = new Error("the line is dead");
  async function* dying(): AsyncGenerator<string> {
    yield text;
    throw failure;
  }
  it.each<[string, () => CsvSource]>([
    ["a generator", dying],
    ["a stream of Node's", () => Readable.from(dying())],
    [
      "a web stream",
      () =>
        new ReadableStream<string>({
          pull: (controller) => controller.error(failure),
        }),
    ],
    [
      "a compressed stream",
      () =>
        Readable.from(
          (async function* () {
            yield gzipSync(text).subarray(0, 20);
            throw failure;
          })(),
        ),
    ],
  ])("ends the import with its own error: %s", async (_what, make) => {
    const db = new DictDB();
    expect(await rejection(db.importCsv(make(), "t"))).toBe(failure);
    expect([db.listTables(), db.seq]).toEqual([[], 0]);
  });

  it("is refused when its pieces are neither bytes nor text", async () => {
    const stream = Readable.from([{ a: 1 }]);
    const message = "importCsv(): a piece of the stream must be a Uint8Array or a string, received an object";
    expect(await rejection(new DictDB().importCsv(stream, "t"))).toMatchObject({ code: "INVALID_ARGUMENT", message });
    expect(stream.destroyed).toBe(true);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["a number", 5],
    ["a plain object", {}],
    ["bytes", Buffer.from(text)],
    ["a URL of the web", new URL("https://example.org/a.csv")],
    ["an empty path", ""],
  ])("as no source: %s", async (_what, source) => {
    const db = new DictDB();
    expect(await rejection(db.importCsv(source as never, "t"))).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(db.seq).toBe(0);
  });

  it.each<[string, Uint8Array[], CsvImportOptions, string]>([
    ["cut off", [gzipSync(text).subarray(0, 30)], {}, "the compressed data is damaged: unexpected end of file"],
    ["damaged", [gzipSync(text).fill(7, 12, 20)], {}, "the compressed data is damaged"],
    ["none", [Buffer.from(text)], { gzip: true }, "the first bytes are not those of gzip"],
    ["taken for text", [gzipSync(text)], { gzip: false }, "no text in the encoding utf-8"],
  ])("compressed data that is %s is refused", async (_what, pieces, options, message) => {
    const db = new DictDB();
    const error = await rejection(db.importCsv(pieces, "t", options));
    expect(error).toMatchObject({ code: "CORRUPT_FILE", message: expect.stringContaining(message) });
    expect(db.seq).toBe(0);
    writeFileSync(file, Buffer.concat(pieces));
    expect(await rejection(db.importCsv(file, "t", options))).toMatchObject({ message: expect.stringContaining(message) });
  });

  it("says so of text where gzip was promised", async () => {
    expect(await rejection(new DictDB().importCsv([text], "t", { gzip: true }))).toMatchObject({ code: "CORRUPT_FILE" });
    const mixed = [gzipSync(text).subarray(0, 20), text];
    expect(await rejection(new DictDB().importCsv(mixed, "t"))).toMatchObject({ code: "CORRUPT_FILE" });
  });
});

describe("a stream is ended", () => {
  const wrong: readonly [string, string, boolean, CsvImportOptions][] = [
    ["a wrong row", "id,a\n1\n", true, {}],
    ["a wrong cell", "id,a\n1,x\n", true, { schema: { a: "integer" } }],
    ["a wrong option", "id\n", false, { ragged: "no" } as never],
    ["an aborted signal", "id\n", false, { signal: AbortSignal.abort() }],
    [
      "a listener that throws",
      "id\n",
      true,
      {
        onProgress: () => {
          throw new Error("enough");
        },
      },
    ],
  ];
  it.each(wrong)("after %s, although it would go on for ever", async (_what, content, isBegun, options) => {
    const node = new PassThrough();
    node.write(content);
    await rejection(new DictDB().importCsv(node, "t", options));
    expect(node.destroyed).toBe(true);

    const packed = new PassThrough();
    // The end is missing, and never comes.
    packed.write(gzipSync(content + "\n".repeat(1_000)).subarray(0, -8));
    await rejection(new DictDB().importCsv(packed, "t", options));
    expect(packed.destroyed).toBe(true);

    const events: string[] = [];
    const web = new ReadableStream<string>({
      start: (controller) => controller.enqueue(content),
      cancel: () => void events.push("cancel"),
    });
    await rejection(new DictDB().importCsv(web, "t", options));
    expect(events).toEqual(["cancel"]);

    async function* endless(): AsyncGenerator<string> {
      try {
        yield content;
        yield content;
      } finally {
        events.push("return");
      }
    }
    await rejection(new DictDB().importCsv(endless(), "t", options));
    expect(events).toEqual(isBegun ? ["cancel", "return"] : ["cancel"]);
  });

  it("when its table cannot be made", async () => {
    const db = new DictDB();
    db.createTable("t");
    const late = new PassThrough();
    expect(await rejection(db.importCsv(late, "t"))).toMatchObject({ code: "DUPLICATE_TABLE" });
    expect(late.destroyed).toBe(true);
    const inside = new PassThrough();
    let importing: Promise<number> | undefined;
    db.atomic(() => {
      importing = db.importCsv(inside, "u");
      importing.catch(() => undefined);
    });
    expect(await rejection(importing!)).toMatchObject({ code: expect.any(String) });
    expect(inside.destroyed).toBe(true);
    await db.close();
    const closed = new PassThrough();
    expect(await rejection(db.importCsv(closed, "v"))).toMatchObject({ code: "CLOSED" });
    expect(closed.destroyed).toBe(true);
  });

  it.each(["node", "web", "iterable", "gzip"])("by a signal, while it lets one wait: %s", async (kind) => {
    const db = new DictDB();
    const stop = new AbortController();
    const node = new PassThrough();
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const never = new Promise<never>(() => undefined);
    const sources: Record<string, CsvSource> = {
      node,
      gzip: node,
      web: new ReadableStream<string>({
        pull: () => {
          isAsked();
          return never;
        },
      }),
      iterable: {
        [Symbol.asyncIterator]: () => ({
          next: () => {
            isAsked();
            return never;
          },
        }),
      },
    };
    const importing = db.importCsv(sources[kind]!, "t", { signal: stop.signal, onProgress: () => isAsked() });
    if (kind === "node") node.write("id\n");
    if (kind === "gzip") {
      node.write(gzipSync("id\n".repeat(10)).subarray(0, 12));
      isAsked();
    }
    await asked;
    const reason = new Error("no longer wanted");
    stop.abort(reason);
    expect(await rejection(importing)).toBe(reason);
    expect(node.destroyed).toBe(sources[kind] === node);
    expect(db.listTables()).toEqual([]);
  });

  it("when the database is closed, which does not wait for it", async () => {
    const db = new DictDB();
    const node = new PassThrough();
    const importing = rejection(db.importCsv(node, "t"));
    node.write("id\n");
    await db.close();
    expect(await importing).toMatchObject({ code: "CLOSED" });
    expect(node.destroyed).toBe(true);
  });
});

describe("a file", () => {
  it("may be compressed, and cut anywhere by its stream", async () => {
    writeFileSync(file, gzipSync(text));
    expect(await imported(file)).toEqual(records);
    expect(await imported(createReadStream(file, { highWaterMark: 1 }))).toEqual(records);
    expect(await imported(file, { gzip: true, schema: { id: "integer", a: "string", n: "number" } })).toEqual(records);
  });

  it("that changes between the two looks at it is refused", async () => {
    writeFileSync(file, "id,a\n1,2\n");
    const db = new DictDB();
    const onProgress = ({ done, total }: Progress): void => {
      if (done * 2 === total) writeFileSync(file, "id,a\n1,x\n");
    };
    const error = await rejection(db.importCsv(file, "t", { onProgress }));
    expect(error).toMatchObject({ code: "CORRUPT_FILE", message: expect.stringContaining("the file was changed while it was read") });
    expect(db.seq).toBe(0);
  });

  it("is left when the signal is aborted", async () => {
    writeFileSync(file, `id\n${Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join("")}`);
    const stop = new AbortController();
    const db = new DictDB();
    const onProgress = (): void => stop.abort();
    expect(await rejection(db.importCsv(file, "t", { signal: stop.signal, onProgress }))).toBe(stop.signal.reason);
    expect(db.seq).toBe(0);
  });

  it("must be a regular one", async () => {
    const error = await rejection(new DictDB().importCsv("/dev/null", "t"));
    expect(error).toMatchObject({ code: "CORRUPT_FILE", message: expect.stringContaining("hand over a stream") });
  });
});
