import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { CsvParser } from "../../../src/storage/csv-parser.js";
import type { CsvRow } from "../../../src/storage/csv-parser.js";
import { CsvPrologue } from "../../../src/storage/csv-prologue.js";
import { findDelimiter } from "../../../src/storage/csv-delimiter.js";
import { runs } from "../../support/arbitraries.js";

interface Parsed {
  readonly rows: CsvRow[];
  readonly fault: string | undefined;
}

function parse(pieces: readonly string[], delimiter = ",", comment?: string): Parsed {
  const parser = new CsvParser(delimiter, comment);
  const rows: CsvRow[] = [];
  for (const piece of pieces) {
    rows.push(...parser.push(piece, false));
    if (parser.fault !== undefined) return { rows, fault: parser.fault.message };
  }
  rows.push(...parser.push("", true));
  return { rows, fault: parser.fault?.message };
}

const cellsOf = (text: string, delimiter?: string, comment?: string): (readonly string[])[] =>
  parse([text], delimiter, comment).rows.map(({ cells }) => cells);

/** A cell whose text is quoted is written in quotes. */
interface Cell {
  readonly text: string;
  readonly quoted: boolean;
}

const plainText = fc.string({ unit: fc.constantFrom("a", "b", " ", '"', "#", "é", "\u2028", "\ufeff"), maxLength: 4 });
const plainCell = plainText.filter((text) => !text.startsWith('"') && !text.startsWith("#")).map((text): Cell => ({ text, quoted: false }));
const quotedCell = fc
  .string({ unit: fc.constantFrom("a", ",", '"', "\r", "\n", "#", "é"), maxLength: 5 })
  .map((text): Cell => ({ text, quoted: true }));
const row = fc.array(fc.oneof(plainCell, quotedCell), { minLength: 1, maxLength: 4 });
const rowsWithEnds = fc.array(fc.record({ row, end: fc.constantFrom("\r\n", "\n", "\r"), blanks: fc.constantFrom("", " ", "\t ") }), {
  maxLength: 5,
});

/** Cuts a text into pieces at some places. */
function cut(text: string, places: readonly number[]): string[] {
  const sorted = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...sorted].map((start, i) => text.slice(start, sorted[i] ?? text.length));
}

describe("CsvParser", () => {
  it("reads what was written, whatever each row ends with and wherever the text is cut", () => {
    fc.assert(
      fc.property(rowsWithEnds, fc.array(fc.nat(), { maxLength: 12 }), fc.boolean(), (list, places, endsWithLine) => {
        const text = list
          .map(({ row: cells, end, blanks }, i) => {
            const line = cells.map((cell) => (cell.quoted ? `"${cell.text.replaceAll('"', '""')}"${blanks}` : cell.text)).join(",");
            // A CR with an LF behind it is one line end, so an empty line between them has to be told apart.
            const next = list[i + 1]?.row;
            const isEmptyNext = next?.length === 1 && !next[0]!.quoted && next[0]!.text === "";
            return line + (i + 1 === list.length && !endsWithLine ? "" : end === "\r" && isEmptyNext ? "\r\n" : end);
          })
          .join("");
        const expected = list.map(({ row: cells }) => cells);
        // Without a line end behind it, an empty last line is none.
        const last = expected.at(-1);
        if (!endsWithLine && last?.length === 1 && !last[0]!.quoted && last[0]!.text === "") expected.pop();
        const { rows, fault } = parse(cut(text, places));
        expect(fault).toBeUndefined();
        expect(rows.map(({ cells, quoted }) => cells.map((cell, i): Cell => ({ text: cell, quoted: quoted?.[i] === true })))).toEqual(
          expected,
        );
        expect(rows.map(({ number }) => number)).toEqual(expected.map((_, i) => i + 1));
      }),
      runs(1_000),
    );
  });

  it("reads any text alike wherever it is cut", () => {
    const anyText = fc.string({ unit: fc.constantFrom("a", ",", '"', "\r", "\n", " ", "#", "/"), maxLength: 20 });
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(), { maxLength: 20 }), fc.constantFrom(undefined, "#", "//"), (text, places, comment) => {
        expect(parse(cut(text, places), ",", comment)).toEqual(parse([text], ",", comment));
        expect(parse(text.split(""), ",", comment)).toEqual(parse([text], ",", comment));
      }),
      runs(1_000),
    );
  });

  it("passes over comments, and counts them", () => {
    const { rows } = parse(['#x,"\na,#b\r\n"#c"\r#\n#'], ",", "#");
    expect(rows.map(({ cells, number }) => [number, ...cells])).toEqual([
      [2, "a", "#b"],
      [3, "#c"],
    ]);
    expect(cellsOf("/a\n//b\n/", ",", "//")).toEqual([["/a"], ["/"]]);
  });

  it("takes quotes in a cell as they are, and a delimiter at the end for an empty cell", () => {
    expect(cellsOf('5" pipe,a"b" ,\n')).toEqual([['5" pipe', 'a"b" ', ""]]);
    expect(cellsOf("a b", " ")).toEqual([["a", "b"]]);
    expect(cellsOf('"a"\t"b"', "\t")).toEqual([["a", "b"]]);
  });

  it("tells what is wrong behind the rows before it", () => {
    expect(parse(['a\n"b"c\n'])).toMatchObject({ rows: [{ cells: ["a"] }], fault: "row 2: trailing quote on quoted field is malformed" });
    expect(parse(['a\n"b\nc'])).toMatchObject({ rows: [{ cells: ["a"] }], fault: "row 2: quoted field unterminated" });
    const long = parse(['"', ...Array.from({ length: 8 }, () => "a".repeat(2 ** 23)), "x"]);
    expect(long.fault).toBe("row 1 has more than 67108864 characters: is a quote not closed?");
  });
});

describe("CsvPrologue", () => {
  const read = (text: string, skipLines: number, pieces: readonly string[]): unknown[] => {
    const prologue = new CsvPrologue(skipLines);
    let rest: string | undefined;
    for (const piece of pieces) rest = rest === undefined ? prologue.push(piece, false) : rest + piece;
    const end = rest ?? prologue.push("", true);
    return [end, prologue.delimiter, prologue.lines, text.length];
  };

  it.each<[string, number, string | undefined, string | undefined, number]>([
    ["a,b\n", 0, "a,b\n", undefined, 0],
    ["sep=;\r\na;b", 0, "a;b", ";", 1],
    ["SEP=\t\ra", 0, "a", "\t", 1],
    ["sep=;", 0, "", ";", 1],
    ["sep=;;\na", 0, "sep=;;\na", undefined, 0],
    ["sep=", 0, "sep=", undefined, 0],
    ["sep=;\nx\na", 2, "a", ";", 2],
    ["x\r\nsep=|\na", 1, "a", "|", 2],
    ["x\ry\n\r\na\n", 3, "a\n", undefined, 3],
    ["x\ny", 5, "", undefined, 1],
    ["", 0, "", undefined, 0],
  ])("of %j with %i lines to skip", (text, skipLines, rest, delimiter, lines) => {
    expect(read(text, skipLines, [text])).toEqual([rest, delimiter, lines, text.length]);
    expect(read(text, skipLines, text.split(""))).toEqual([rest, delimiter, lines, text.length]);
  });
});

describe("findDelimiter", () => {
  it.each([
    [",", "a,b\n1,2\n"],
    [";", "a;b\n1,5;2,5\n"],
    ["\t", "a\tb\n1,5\t2\n"],
    ["|", "a|b|c\n1|2|3\n"],
    [";", 'name;note\nx;"a,b,c"\ny;z,1\n'],
    [",", 'a,b\n"x;y","z;""w"\n'],
    [",", "name\nann\n"],
    [",", ""],
    [";", "# a,b\nx;y\n\n1;2"],
  ])("finds %j", (delimiter, text) => {
    expect(findDelimiter(text, true, "#")).toBe(delimiter);
  });

  it("looks at a first row that is longer than the sample", () => {
    expect(findDelimiter("a;".repeat(10), false, undefined)).toBe(";");
  });
});
