import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { z } from "zod";
import { DictDB } from "../../../src/index.js";
import type { CsvImportOptions, Progress } from "../../../src/index.js";
import { runs } from "../../support/arbitraries.js";
import { contentOf } from "../../support/database-content.js";
import { projectFolder } from "../../support/installed-package.js";
import { rejection } from "../../support/rejection.js";
import { tempFolder } from "../../support/temp-folder.js";

const folder = tempFolder();
const file = join(folder, "a.csv");

async function imported(text: string | Buffer, options?: CsvImportOptions): Promise<Record<string, unknown>[]> {
  writeFileSync(file, text);
  const db = new DictDB();
  const count = await db.importCsv(file, "t", options);
  const table = db.getTable("t");
  table.check();
  expect(table.size).toBe(count);
  return table.select({ orderBy: table.primaryKey });
}

describe("importCsv", () => {
  it.each<[string, string | Buffer, CsvImportOptions, unknown]>([
    ["quotes, commas and line breaks in cells", 'id,a\n1,"x, ""y""\nz"\n', {}, [{ id: 1, a: 'x, "y"\nz' }]],
    [
      "CRLF",
      'id,a\r\n1,"x"\r\n2,y\r\n',
      {},
      [
        { id: 1, a: "x" },
        { id: 2, a: "y" },
      ],
    ],
    [
      "both kinds of line ends",
      'id,a\n1,"x"\r\n2,y\r\n',
      {},
      [
        { id: 1, a: "x" },
        { id: 2, a: "y" },
      ],
    ],
    ["CR", "id,a\r1,x\r", {}, [{ id: 1, a: "x" }]],
    [
      "no line end, and empty lines",
      "id,a\n\n1,x\n\n2,y",
      {},
      [
        { id: 1, a: "x" },
        { id: 2, a: "y" },
      ],
    ],
    ["a byte order mark", "\ufeffid,a\n1,x\n", {}, [{ id: 1, a: "x" }]],
    ["another delimiter", "id;a\n1;x,y\n", { delimiter: ";" }, [{ id: 1, a: "x,y" }]],
    ["a tab", "id\ta\n1\tx\n", { delimiter: "\t" }, [{ id: 1, a: "x" }]],
    ["latin1", Buffer.from("id,a\n1,caf\xe9\n", "latin1"), { encoding: "latin1" }, [{ id: 1, a: "café" }]],
    ["UTF-16", Buffer.from("\ufeffid,a\n1,café 😀\n", "utf16le"), { encoding: "utf-16le" }, [{ id: 1, a: "café 😀" }]],
    [
      "no header",
      "1,x\n2,y\n",
      { hasHeader: false, primaryKey: "col_0" },
      [
        { col_0: 1, col_1: "x" },
        { col_0: 2, col_1: "y" },
      ],
    ],
    [
      "no column of keys",
      "a\nx\n\ny\n",
      {},
      [
        { id: 1, a: "x" },
        { id: 2, a: "" },
        { id: 3, a: "y" },
      ],
    ],
    ["only a header", "id,a\n", {}, []],
    ["nothing", "", {}, []],
    ["no types", "id,a\n1,true\n", { inferTypes: false }, [{ id: "1", a: "true" }]],
  ])("reads %s", async (_what, text, options, records) => {
    expect(await imported(text, options)).toEqual(records);
  });

  it.each<[string, readonly string[], readonly unknown[]]>([
    ["whole numbers", ["1", "-20", "0"], [1, -20, 0]],
    ["numbers", ["1.5", "1e-7", "-0", "NaN", "3"], [1.5, 1e-7, -0, NaN, 3]],
    ["numbers with as many decimals", ["1.50", "-20.00"], [1.5, -20]],
    ["numbers and nothing", ["1", "", "3"], [1, null, 3]],
    ["true and false", ["true", "false", ""], [true, false, null]],
    ["zip codes", ["00501", "10001"], ["00501", "10001"]],
    ["versions", ["1.9", "1.10"], ["1.9", "1.10"]],
    ["codes that look like numbers", ["1e5", "2"], ["1e5", "2"]],
    ["signs", ["+1", "2"], ["+1", "2"]],
    ["long numbers", ["12345678901234567890"], ["12345678901234567890"]],
    ["many decimals", ["0.12345678901234567890"], ["0.12345678901234567890"]],
    ["spaces", [" 1", "2"], [" 1", "2"]],
    ["nothing at all", ["", ""], ["", ""]],
    ["words and nothing", ["a", ""], ["a", ""]],
    ["hexadecimal", ["0x10"], ["0x10"]],
  ])("guesses types and loses no text: %s", async (_what, cells, values) => {
    const rows = await imported(`id,a\n${cells.map((cell, i) => `${i + 1},${cell}\n`).join("")}`);
    expect(rows.map(({ a }) => a)).toEqual(values);
  });

  it("converts by a schema", async () => {
    const schema = {
      id: "integer",
      n: "number",
      b: "boolean",
      big: "bigint",
      d: "date",
      bytes: "bytes",
      o: "object",
      l: "string[]",
      x: "any",
      s: "string",
      maybe: "string|null",
      gone: "integer?",
    } as const;
    const cells = [
      " 7 ",
      "1e3",
      "Yes",
      "-12345678901234567890",
      "2026/01/31",
      "AP8=",
      '"{""a"": {""$bigint"": ""1""}}"',
      '"[""x""]"',
      "true",
      "01",
      "",
      "",
    ];
    const [record] = await imported(`${Object.keys(schema).join()}\n${cells.join()}\n`, { schema });
    expect(record).toStrictEqual({
      id: 7,
      n: 1000,
      b: true,
      big: -12345678901234567890n,
      d: new Date("2026-01-31"),
      bytes: Uint8Array.of(0, 255),
      o: { a: 1n },
      l: ["x"],
      x: true,
      s: "01",
      maybe: null,
    });
  });

  it.each<[string, string, CsvImportOptions, string, string]>([
    [
      "SCHEMA_VALIDATION",
      "id,a\n1,x\n",
      { schema: { a: "integer" } },
      'row 2: a must be a whole number, received "x"',
      "a word for a number",
    ],
    [
      "SCHEMA_VALIDATION",
      "id,a\n1,9007199254740993\n",
      { schema: { a: "integer" } },
      "row 2: a must be a whole number",
      "a number that is too long",
    ],
    ["SCHEMA_VALIDATION", "id,a\n\n1,\n", { schema: { a: "number" } }, "row 3: a must be a number", "nothing for a number"],
    ["SCHEMA_VALIDATION", "id,a\n1,maybe\n", { schema: { a: "boolean" } }, "row 2: a must be true or false", "maybe"],
    ["SCHEMA_VALIDATION", "id,a\n1,10/03/2024\n", { schema: { a: "date" } }, "row 2: a must be a date", "a day that may be another"],
    ["SCHEMA_VALIDATION", "id,a\n1,2024/02/30\n", { schema: { a: "date" } }, "row 2: a must be a date", "no day"],
    ["SCHEMA_VALIDATION", "id,a\n1,2024/3/10\n", { schema: { a: "date" } }, "row 2: a must be a date", "a month of one digit"],
    ["SCHEMA_VALIDATION", "id,a\n1,soon\n", { schema: { a: "date" } }, "row 2: a must be a date", "no date"],
    ["SCHEMA_VALIDATION", "id,a\n1,!\n", { schema: { a: "bytes" } }, "row 2: a must be bytes in base64", "no bytes"],
    ["SCHEMA_VALIDATION", "id,a\n1,{\n", { schema: { a: "object" } }, "row 2: a must be JSON", "no JSON"],
    ["SCHEMA_VALIDATION", "id,a,b\n1,x,y\n", { schema: { a: "string" } }, "row 2 does not fit the schema", "a column too many"],
    [
      "SCHEMA_VALIDATION",
      "id,a\n1,x\n2,toolong\n",
      { schema: z.object({ id: z.number(), a: z.string().max(1) }) },
      "row 3",
      "a Standard Schema",
    ],
    ["DUPLICATE_KEY", "id,a\n1,x\n2,y\n1,z\n", {}, "row 4: an earlier row has key 1", "a key twice"],
    ["INVALID_ARGUMENT", "id,a\n1,x\n,y\n", {}, "row 3", "no key"],
    ["CORRUPT_FILE", "id,a\n1\n", {}, "row 2 has 1 cells instead of 2", "a short row"],
    ["CORRUPT_FILE", "id,a\n1,2,3\n", {}, "row 2 has 3 cells instead of 2", "a long row"],
    ["CORRUPT_FILE", 'id,a\n1,"x\n', {}, "row 2: quoted field unterminated", "a quote that is not closed"],
    ["CORRUPT_FILE", 'id,a\n1,"x"y\n', {}, "row 2: trailing quote on quoted field is malformed", "text behind a quote"],
    ["CORRUPT_FILE", "id,id\n", {}, 'row 1: found two columns named "id"', "a column twice"],
    ["CORRUPT_FILE", "id,\n", {}, "row 1: found a column without a name", "a column without a name"],
    ["INVALID_ARGUMENT", "id,__proto__\n", {}, "__proto__", "a forbidden name"],
    ["CORRUPT_FILE", "id,a\n1,\xff\n", {}, "bytes that are no text in the encoding utf-8", "another encoding"],
    ["INVALID_ARGUMENT", "", { delimiter: ",," }, "delimiter must be one character", "two delimiters"],
    ["INVALID_ARGUMENT", "", { encoding: "morse" }, "encoding must be the name of an encoding", "an unknown encoding"],
    ["INVALID_ARGUMENT", "", { header: false } as never, "unknown option", "an unknown option"],
  ])("%s, and makes no table: %s", async (code, text, options, message) => {
    writeFileSync(file, text, "latin1");
    const db = new DictDB();
    expect(await rejection(db.importCsv(file, "t", options))).toMatchObject({ code, message: expect.stringContaining(message) });
    expect([db.listTables(), db.seq]).toEqual([[], 0]);
  });

  it("refuses a table that is there, also when it came meanwhile", async () => {
    writeFileSync(file, "id\n1\n");
    const db = new DictDB();
    const meanwhile = db.importCsv(file, "t");
    db.createTable("t");
    expect(await rejection(meanwhile)).toMatchObject({ code: "DUPLICATE_TABLE" });
    expect(await rejection(db.importCsv(file, "t"))).toMatchObject({ code: "DUPLICATE_TABLE" });
    expect(await rejection(db.importCsv(join(folder, "none"), "u"))).toMatchObject({ code: "ENOENT" });
  });

  it("makes a table as createTable does, by one commit, and tells how far it is", async () => {
    writeFileSync(file, `sku,price\n${Array.from({ length: 50_000 }, (_, i) => `p${i},${i}.50\n`).join("")}`);
    const db = new DictDB();
    const schema = { sku: "string", price: "number" } as const;
    const seen: Progress[] = [];
    expect(await db.importCsv(file, "products", { primaryKey: "sku", schema, onProgress: (progress) => void seen.push(progress) })).toBe(
      50_000,
    );
    const size = readFileSync(file).length;
    expect([db.seq, seen.length > 2, seen.at(-1)]).toEqual([1, true, { done: size, total: size }]);
    expect(db.getTable("products").schema).toEqual(schema);
    expect(() => db.getTable("products").insert({ sku: "x" })).toThrow("price must be number");
  });
});

describe("exportCsv", () => {
  it("writes columns in the order in which they were seen, records in that of their keys", async () => {
    const db = new DictDB();
    const notes = db.createTable<Record<string, unknown>>("notes");
    notes.insert([
      { id: 2, text: "b" },
      { id: 1, text: 'q"', more: "x\ny" },
      { id: 3, text: "", more: null },
    ]);
    expect(await notes.exportCsv(file)).toBe(3);
    expect(readFileSync(file, "utf8")).toBe('id,text,more\r\n1,"q""","x\ny"\r\n2,b,\r\n3,"",\r\n');
    expect(
      await notes.exportCsv(file, {
        columns: { T: "text", n: "id" },
        where: (note) => note.id !== 1,
        delimiter: ";",
        bom: true,
      }),
    ).toBe(2);
    expect(readFileSync(file, "utf8")).toBe('\ufeffT;n\r\nb;2\r\n"";3\r\n');
  });

  it("can keep spreadsheets from running what is in it", async () => {
    const db = new DictDB();
    const notes = db.createTable<Record<string, unknown>>("notes");
    notes.insert({ a: "=1+1", b: "+1", c: "-1", d: "@x", e: "\tx", f: -1, g: "x=1", h: "\rx" });
    await notes.exportCsv(file, { escapeFormulas: true });
    expect(readFileSync(file, "utf8").split("\r\n")[1]).toBe(`1,"'=1+1","'+1","'-1","'@x","'\tx",-1,x=1,"'\rx"`);
    await notes.exportCsv(file);
    expect(readFileSync(file, "utf8").split("\r\n")[1]).toBe('1,=1+1,+1,-1,@x,\tx,-1,x=1,"\rx"');
  });

  it("keeps spreadsheets from running what has line breaks, and headings", async () => {
    const table = new DictDB().createTable<Record<string, unknown>>("t");
    const texts = ["=1+1\nnote", "@SUM(1)\r\nx", "+1\u2028x", "\n=1", "＝1", "'=1", "-", "plain", "'"];
    table.insert(texts.map((a) => ({ a, "=b\nx": -5n, "@c": -1.5, "+d": new Date(8.64e15), "-e": Uint8Array.of(0xfb, 0xff, 0xff) })));
    await table.exportCsv(file, { escapeFormulas: true });
    const head = `id,a,"'=b\nx","'@c","'+d","'-e"\r\n1,"'=1+1\nnote",-5,-1.5,+275760-09-13T00:00:00.000Z,+///\r\n`;
    expect(readFileSync(file, "utf8")).toContain(head);
    const escaped = await imported(readFileSync(file), { inferTypes: false });
    expect(escaped.map(({ a }) => a)).toEqual(texts.map((text, i) => (i < 7 ? `'${text}` : text)));
    const back = await imported(readFileSync(file), { unescapeFormulas: true });
    expect(back.map(({ a }) => a)).toEqual(texts);
    expect(Object.keys(back[0] ?? {})).toEqual(["id", "a", "=b\nx", "@c", "+d", "-e"]);
  });

  it("writes headings and first cells that are taken for nothing else", async () => {
    const table = new DictDB().createTable<Record<string, unknown>>("t", { primaryKey: "sep=;" });
    table.insert([{ "sep=;": "#1" }, { "sep=;": -1 }]);
    await table.exportCsv(file);
    expect(readFileSync(file, "utf8")).toBe('"sep=;"\r\n"-1"\r\n"#1"\r\n');
    table.insert({ "sep=;": "x", "\ufeffa": "\ud800" });
    await table.exportCsv(file, { columns: ["\ufeffa"], where: { "sep=;": "x" } });
    expect(readFileSync(file, "utf8")).toBe('"\ufeffa"\r\n"""\\ud800"""\r\n');
    expect(await imported(readFileSync(file))).toEqual([{ id: 1, "\ufeffa": "\ud800" }]);
  });

  it("writes one column so that its empty cells come back", async () => {
    const table = new DictDB().createTable<{ id: number; a?: string | null }>("t");
    table.insert([{ a: "x" }, { a: null }, { a: "" }, {}]);
    await table.exportCsv(file, { columns: ["a"] });
    expect(readFileSync(file, "utf8")).toBe('a\r\nx\r\n\r\n""\r\n\r\n');
    const rows = await imported(readFileSync(file), { schema: { a: "string|null" } });
    expect(rows.map(({ a }) => a)).toEqual(["x", null, "", null]);
  });

  it.each<[string, CsvImportOptions & { schema: Record<string, "string" | "integer"> }, boolean]>([
    ["id\r\n", { schema: { id: "integer" } }, false],
    ["id,a,b\r\n", { schema: { a: "string", b: "string" } }, true],
  ])("writes headings for a table that never had a record: %j", async (content, options, isDescribed) => {
    const db = new DictDB();
    await (isDescribed ? db.createTable("t", { schema: options.schema }) : db.createTable("t")).exportCsv(file);
    expect(readFileSync(file, "utf8")).toBe(content);
    expect(await imported(content, options)).toEqual([]);
  });

  it("refuses null where its mark has the delimiter in it, with row and column", async () => {
    writeFileSync(file, "old");
    const table = new DictDB().createTable("t", { schema: { a: "integer|null?" } });
    table.insert([{}, { a: 1 }, { a: null }]);
    expect(await rejection(table.exportCsv(file, { delimiter: "N" }))).toMatchObject({
      code: "SCHEMA_VALIDATION",
      message: 'exportCsv(): row 4: a may not be null where the delimiter is "N"',
      details: { table: "t", row: 4, column: "a" },
    });
    expect(readFileSync(file, "utf8")).toBe("old");
    await table.exportCsv(file);
    expect(readFileSync(file, "utf8")).toBe("id,a\r\n1,\r\n2,1\r\n3,\\N\r\n");
  });

  it("leaves the old file where it fails", async () => {
    writeFileSync(file, "old");
    const db = new DictDB();
    const notes = db.createTable("notes");
    const onProgress = (): never => {
      throw new Error("enough");
    };
    expect(await rejection(notes.exportCsv(file, { onProgress }))).toEqual(new Error("enough"));
    expect(readFileSync(file, "utf8")).toBe("old");
    for (const options of [{ columns: [] }, { delimiter: '"' }, { limit: 1 }]) {
      expect(await rejection(notes.exportCsv(file, options as never))).toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    await db.close();
    expect(await rejection(notes.exportCsv(file))).toMatchObject({ code: "CLOSED" });
  });

  it("gives the same table when it is imported again with its schema", async () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("", " ", '"', ",", "a\nb", "\r", "\ufeffx", "00501", "=1", "é😀"));
    const row = fc.record({
      s: text,
      n: fc.double(),
      m: fc.option(fc.integer()),
      b: fc.boolean(),
      l: fc.array(fc.string(), { maxLength: 3 }),
    });
    const schema = { id: "integer", s: "string", n: "number", m: "integer|null", b: "boolean", l: "string[]" } as const;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 6 }), fc.constantFrom(",", ";", "\t"), async (rows, delimiter) => {
        const db = new DictDB();
        const table = db.createTable("t", { schema });
        table.insert(rows);
        await table.exportCsv(file, { delimiter });
        const again = new DictDB();
        await again.importCsv(file, "t", { schema, delimiter });
        expect(contentOf(again)).toBe(contentOf(db));
      }),
      runs(60),
    );
  });

  it("gives the airports that it was given", async () => {
    const airports = join(projectFolder, "node_modules/vega-datasets/data/airports.csv");
    expect(existsSync(airports)).toBe(true);
    const schema = {
      iata: "string",
      name: "string",
      city: "string",
      state: "string",
      country: "string",
      latitude: "number",
      longitude: "number",
    } as const;
    const db = new DictDB();
    expect(await db.importCsv(airports, "airports", { primaryKey: "iata", schema })).toBe(3376);
    await db.getTable("airports").exportCsv(file);
    const again = new DictDB();
    await again.importCsv(file, "airports", { primaryKey: "iata", schema });
    expect(contentOf(again)).toBe(contentOf(db));
  });
});
