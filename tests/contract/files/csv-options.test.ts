import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import type { CsvImportOptions } from "../../../src/index.js";
import { rejection } from "../../support/rejection.js";
import { tempFolder } from "../../support/temp-folder.js";

const file = join(tempFolder(), "a.csv");

/** The records without the keys that were assigned. */
async function imported(text: string | Buffer, options?: CsvImportOptions): Promise<Record<string, unknown>[]> {
  writeFileSync(file, text);
  const db = new DictDB();
  await db.importCsv(file, "t", options);
  const table = db.getTable("t");
  table.check();
  return table.select({ orderBy: "id" }).map((record) => Object.fromEntries(Object.entries(record).filter(([name]) => name !== "id")));
}

async function refusal(text: string | Buffer, options?: CsvImportOptions): Promise<unknown> {
  writeFileSync(file, text);
  const db = new DictDB();
  const error = await rejection(db.importCsv(file, "t", options));
  expect([db.listTables(), db.seq]).toEqual([[], 0]);
  return error;
}

const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

describe("line ends", () => {
  const ann = [{ a: "ann" }, { a: "bob" }];
  it.each<[string, string, unknown]>([
    ["CRLF, and LF behind the last row", "id,a\r\n1,ann\r\n2,bob\n", ann],
    ["CRLF behind the headings, then LF", "a\r\nann\nbob\n", ann],
    ["LF, then CRLF, then CR", "id,a\n1,ann\r\n2,bob\r", ann],
    ["CR behind the headings, then LF", "id,a\r1,ann\n2,bob", ann],
    ["a quoted cell that ends with CR", 'id,a\n1,"ann\r"\n2,"bob\r\n"\n', [{ a: "ann\r" }, { a: "bob\r\n" }]],
    ["blanks behind a closing quote", 'id,a\r\n1,"ann" \r\n2,"bob"\t\r\n', ann],
    ["other separators of lines are text", "id,a\n1,x\u2028y\n2,x\u0085y\n", [{ a: "x\u2028y" }, { a: "x\u0085y" }]],
  ])("%s", async (_what, text, records) => {
    expect(await imported(text)).toEqual(records);
  });

  it.each([262_144, 262_143, 262_145])("fall anywhere in what is read at a time: %i", async (size) => {
    const wide = "h".repeat(size - 4);
    expect(await imported(`id,${wide}\r\n1,ann\r\n2,bob\r\n`)).toEqual([{ [wide]: "ann" }, { [wide]: "bob" }]);
    expect(await imported(`id,${wide}\r1,"x""${"y".repeat(size)}"\r`)).toEqual([{ [wide]: `x"${"y".repeat(size)}` }]);
  });
});

describe("headings", () => {
  it("may be renamed where they are empty, there twice, or no name for a field", async () => {
    expect(await imported("a,a,,a_2,constructor,,a,col_2\n1,2,3,4,5,6,7,8\n", { headings: "rename" })).toEqual([
      { a: 1, a_3: 2, col_2_2: 3, a_2: 4, constructor_2: 5, col_5: 6, a_4: 7, col_2: 8 },
    ]);
    expect(await imported("\n\nid,__proto__,\n1,x,y\n", { headings: "rename" })).toEqual([{ __proto___2: "x", col_2: "y" }]);
  });

  it("of one name are renamed in time that grows with their number", async () => {
    const [record] = await imported(`${"a,".repeat(20_000)}\n${"1,".repeat(20_000)}\n`, { headings: "rename" });
    expect(Object.keys(record ?? {})).toHaveLength(20_001);
    expect(record).toMatchObject({ a: 1, a_2: 1, a_20000: 1, col_20000: "" });
  });

  it("are refused otherwise, with their place", async () => {
    const code = "CORRUPT_FILE";
    const hint = 'headings: "rename" gives it a name of its own';
    const empty = { message: expect.stringContaining(`row 3: found a column without a name (column 2; ${hint})`) };
    expect(await refusal("\n\nid,\n1,x\n")).toMatchObject({ code, ...empty, details: { row: 3, column: 2, path: file } });
    expect(await refusal('id,""\n1,x\n')).toMatchObject({ code });
    expect(await refusal("id,a,a\n")).toMatchObject({ code, message: expect.stringContaining('two columns named "a" (column 3;') });
  });
});

describe("ragged rows", () => {
  const text = "id,a,b\n1,x\n2,x,y\n3,x,y,,\n\n4\n";
  it("can be padded, where nothing is lost", async () => {
    expect(await imported(text, { ragged: "pad" })).toEqual([
      { a: "x", b: "" },
      { a: "x", b: "y" },
      { a: "x", b: "y" },
      { a: "", b: "" },
    ]);
    const schema = { a: "string?", b: "string|null" } as const;
    expect(await imported(text, { ragged: "pad", schema })).toEqual([
      { a: "x", b: null },
      { a: "x", b: "y" },
      { a: "x", b: "y" },
      { b: null },
    ]);
    const message = expect.stringContaining("row 2 has 4 cells instead of 3");
    expect(await refusal("id,a,b\n1,x,y,z\n", { ragged: "pad" })).toMatchObject({ code: "CORRUPT_FILE", message, details: { row: 2 } });
  });

  it("can be left out", async () => {
    expect(await imported(text, { ragged: "skip" })).toEqual([{ a: "x", b: "y" }]);
  });

  it("are refused otherwise", async () => {
    expect(await refusal(text)).toMatchObject({ code: "CORRUPT_FILE", message: expect.stringContaining("row 2 has 2 cells instead of 3") });
    expect(await refusal('id,a\n1,x\n""\n')).toMatchObject({ message: expect.stringContaining("row 3 has 1 cells instead of 2") });
  });
});

describe("what is none of the rows", () => {
  it("is passed over, and counted", async () => {
    const text = '# export of "monday\nid,a\n#1,x\n2,#y\n"#3",z\n';
    expect(await imported(text, { comment: "#", inferTypes: false })).toEqual([{ a: "z" }, { a: "#y" }]);
    const message = 'importCsv(): row 4: a must be a whole number, received "#y"';
    expect(await refusal(text, { comment: "#", schema: { id: "string", a: "integer" } })).toMatchObject({
      message,
      details: { row: 4, column: "a" },
    });
    expect(await imported('Report "2026\r\n\r\nid;a\r\n1;x\r\n', { skipLines: 2, delimiter: ";" })).toEqual([{ a: "x" }]);
    expect(await refusal("x\nid,a\n1,b,c\n", { skipLines: 1 })).toMatchObject({ message: expect.stringContaining("row 3 has 3 cells") });
    expect(await imported("x\n", { skipLines: 9 })).toEqual([]);
  });
});

describe("the delimiter", () => {
  it("is what the file declares, unless it was told", async () => {
    expect(await imported("sep=;\r\nid;a\r\n1;x,y\r\n")).toEqual([{ a: "x,y" }]);
    expect(await imported("\ufeffsep=\t\nid\ta\n1\tx\n", { delimiter: "auto" })).toEqual([{ a: "x" }]);
    expect(await imported("sep=,\nid;a\n1;x,y\n", { delimiter: ";" })).toEqual([{ a: "x,y" }]);
    expect(await imported("sep=;\nbanner\nid;a\n1;x\n", { skipLines: 2 })).toEqual([{ a: "x" }]);
  });

  it("can be found out", async () => {
    expect(await imported('id;a\n1;"1,5"\n2;"2,5"\n', { delimiter: "auto" })).toEqual([{ a: "1,5" }, { a: "2,5" }]);
    expect(await imported("a\nx\n", { delimiter: "auto" })).toEqual([{ a: "x" }]);
    const long = Array.from({ length: 20_000 }, (_, i) => `${i + 1}|x;${i}`).join("\n");
    expect(await imported(`id|a\n${long}\n`, { delimiter: "auto" })).toHaveLength(20_000);
    expect(await imported("", { delimiter: "auto" })).toEqual([]);
  });
});

describe("null", () => {
  it("can be written by words, in quotes or not", async () => {
    const text = 'id,n,s,o\n1,NULL,"NULL",-\n2,5,x,\n3,-,-,y\n';
    const nullValues = ["NULL", "-"];
    expect(await imported(text, { nullValues })).toEqual([
      { n: null, s: null, o: null },
      { n: 5, s: "x", o: "" },
      { n: null, s: null, o: "y" },
    ]);
    const schema = { n: "integer|null", s: "string|null?", o: "string?" } as const;
    expect(await imported(text, { nullValues, schema })).toEqual([
      { n: null, s: null },
      { n: 5, s: "x" },
      { n: null, s: null, o: "y" },
    ]);
    expect(await refusal(text, { nullValues, schema: { n: "integer", s: "any", o: "any" } })).toMatchObject({
      code: "SCHEMA_VALIDATION",
      message: 'importCsv(): row 2: n must be a value that is not null, received "NULL"',
    });
    expect(await imported('a,b\n"",x\n', { nullValues: [""] })).toEqual([{ a: null, b: "x" }]);
  });

  it("is told from an absent field and an empty string", async () => {
    const schema = { a: "string|null", b: "string?", c: "string|null?", d: "bytes|null?", e: "integer|null?", f: "any?" } as const;
    const text = 'a,b,c,d,e,f\n,,,,,\n"","","","","",""\n\\N,\\N,\\N,\\N,\\N,null\n"\\N","\\N","\\N",AA==,5,"""\\N"""\n';
    expect(await imported(text, { schema })).toEqual([
      { a: null },
      { a: "", b: "", c: "", d: new Uint8Array(), f: "" },
      { a: "\\N", b: "\\N", c: null, d: null, e: null, f: null },
      { a: "\\N", b: "\\N", c: "\\N", d: Uint8Array.of(0), e: 5, f: '"\\N"' },
    ]);
  });
});

describe("the encoding", () => {
  const text = "id,a\n1,café 😀\n";
  it.each<[string, Buffer, CsvImportOptions]>([
    ["UTF-16, little end first", Buffer.from(`\ufeff${text}`, "utf16le"), {}],
    ["UTF-16, big end first", utf16be(`\ufeff${text}`), {}],
    ["UTF-16 where UTF-8 was told", utf16be(`\ufeff${text}`), { encoding: "utf8" }],
    ["UTF-16 of the other end than was told", utf16be(`\ufeff${text}`), { encoding: "utf-16" }],
    ["UTF-16 without a mark", utf16be(text), { encoding: "utf-16be" }],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`), {}],
  ])("is known from a byte order mark: %s", async (_what, bytes, options) => {
    expect(await imported(bytes, options)).toEqual([{ a: "café 😀" }]);
  });

  it("is no other than was told, and not UTF-32", async () => {
    expect(await imported(Buffer.from("\xef\xbb\xbf,a\n1,2\n", "latin1"), { encoding: "latin1" })).toEqual([{ "ï»¿": 1, a: 2 }]);
    const utf32 = Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]);
    expect(await refusal(utf32)).toMatchObject({ code: "CORRUPT_FILE", message: expect.stringContaining("UTF-32") });
    const torn = Buffer.concat([Buffer.from("\ufeffid,a\n1,x\n", "utf16le"), Buffer.of(0x61)]);
    expect(await refusal(torn)).toMatchObject({
      code: "CORRUPT_FILE",
      message: expect.stringContaining("no text in the encoding utf-16le"),
    });
  });
});

describe("cells by a schema", () => {
  it.each([
    ["date", "2023-02-29"],
    ["date", "Flight 12"],
    ["date", "2024-03-10 02:30"],
    ["integer", "1e3"],
    ["integer", "9007199254740993"],
    ["integer", "5.0"],
    ["object", '"{""a"":1,""a"":2}"'],
    ["object", '"{""a"":{""$date"":""2024-02-30""}}"'],
    ["number[]", "[9007199254740993]"],
    ["string[]", "[1"],
    ["string[]", "[] []"],
    ["object", '"{""__proto__"":1}"'],
    ["bigint", "1n"],
  ] as const)("of type %s do not become something else: %s", async (type, cell) => {
    const error = await refusal(`id,a\n1,${cell}\n`, { schema: { a: type } });
    expect(error).toMatchObject({
      code: "SCHEMA_VALIDATION",
      message: expect.stringMatching(/row 2(: a must be| does not fit .* a\[0\] must be)/),
    });
  });

  it("are read in UTC where a date has no zone", async () => {
    const cells = ["2024-03-10", "2024-03-10T02:30", "2024-03-10T02:30+02:00"];
    const rows = await imported(`d\n${cells.join("\n")}\n`, { schema: { d: "date" } });
    expect(rows.map(({ d }) => (d as Date).toISOString())).toEqual([
      "2024-03-10T00:00:00.000Z",
      "2024-03-10T02:30:00.000Z",
      "2024-03-10T00:30:00.000Z",
    ]);
  });
});

describe("options that are none", () => {
  it.each<[CsvImportOptions, string]>([
    [{ headings: "keep" } as never, 'headings must be "refuse" or "rename", received "keep"'],
    [{ ragged: true } as never, 'ragged must be "refuse" or "pad" or "skip", received true'],
    [{ comment: "" }, "comment must be a mark"],
    [{ comment: "rem" }, "comment must be a mark"],
    [{ comment: '#"' }, "comment must be a mark"],
    [{ comment: "#\n" }, "comment must be a mark"],
    [{ comment: "," }, "comment must be a mark that does not begin with the delimiter"],
    [{ comment: ";;", delimiter: ";" }, "comment must be a mark that does not begin with the delimiter"],
    [{ skipLines: -1 }, "skipLines must be a whole number"],
    [{ skipLines: 1.5 }, "skipLines must be a whole number"],
    [{ nullValues: "NULL" } as never, "nullValues must be an array of strings"],
    [{ nullValues: [null] } as never, "nullValues must be an array of strings"],
    [{ unescapeFormulas: 1 } as never, "unescapeFormulas must be true or false"],
    [{ gzip: "yes" } as never, "gzip must be true or false"],
    [{ delimiter: "" }, 'delimiter must be one character other than a quote and a line break, or "auto"'],
    [{ delimiter: "\ud800" }, "delimiter must be one character"],
    [{ signal: {} } as never, "signal must be an AbortSignal"],
  ])("are refused: %j", async (options, message) => {
    expect(await refusal("id\n1\n", options)).toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringContaining(message) });
  });
});
