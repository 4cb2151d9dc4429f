import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { encodeValue } from "../../src/codec/value-codec.js";
import { DictDB } from "../../src/index.js";
import { catalog, fileOf, frameOf, headOf } from "../support/frames.js";
import { rejection } from "../support/rejection.js";
import { tempFolder } from "../support/temp-folder.js";

const folder = tempFolder();
const file = join(folder, "a");

function refusal(content: string | Buffer): { code: unknown; message: string } {
  writeFileSync(file, content);
  try {
    DictDB.loadSync(file);
  } catch (error) {
    return error as { code: unknown; message: string };
  }
  return { code: "it was loaded", message: "" };
}

const table = (members: string): string => `{"tables": {"t": {${members}}}}`;
const records = (list: string): string => table(`"primary_key": "id", "records": [${list}]`);
const marked = (text: string): string => `{"dictdb": 1, ${text.slice(1)}`;
const own = (catalog: string): string => marked(table(`"primary_key": "id", "records": [], "dictdb": ${catalog}`));
const changed = (changes: object): string => own(JSON.stringify({ ...catalog, ...changes }));

describe("a hostile JSON file is refused, with what is wrong", () => {
  it.each<[string, string, string]>([
    ["nothing", "", "an empty file"],
    ["no object", "[]", '"[" instead of "{"'],
    ["no JSON", "SQLite format 3\0", '"S" instead of "{"'],
    ["no tables", "{}", 'no member "tables"'],
    ["tables that are a list", '{"tables": []}', '"[" instead of "{"'],
    ["tables twice", '{"tables": {}, "tables": {}}', 'the member "tables" twice'],
    ["a table twice", '{"tables": {"t": {"primary_key":"id","records":[]}, "t": {}}}', 'the member "t" twice'],
    ["a table that is no object", '{"tables": {"t": 1}}', '"1" instead of "{"'],
    ["a table without a key", table('"records": []'), 'the primary_key of table "t" must be a name'],
    ["a table without records", table('"primary_key": "id"'), 'table "t" has no member "records"'],
    ["records that are no list", table('"primary_key": "id", "records": {}'), '"{" instead of "["'],
    ["a record that is no object", records("1"), '"1" instead of "{"'],
    ["a record without a key", records('{"a":1}'), "it has undefined"],
    ["a key twice", records('{"id":1},{"id":1}'), 'table "t" has two records with key 1'],
    ["a key twice, apart", records('{"id":2},{"id":1},{"id":"1"},{"id":2}'), "two records with key 2"],
    ["-0 beside 0", records('{"id":0},{"id":-0}'), "two records with key 0"],
    ["a field twice", records('{"id":1,"id":2}'), 'the member "id" twice'],
    ["a prototype", records('{"id":1,"__proto__":{"admin":true}}'), "a member named __proto__"],
    ["a prototype, nested and escaped", records('{"id":1,"a":[{"\\u005f_proto__":1}]}'), "a member named __proto__"],
    ["a table named like one", '{"tables": {"__proto__": {"primary_key":"id","records":[]}}}', "a name that cannot be one"],
    ["a table without a name", '{"tables": {"": {"primary_key":"id","records":[]}}}', "a name that cannot be one"],
    ["a key named like one", table('"primary_key": "constructor", "records": []'), "a name that cannot be one"],
    ["100,000 levels", records(`{"id":1,"a":${"[".repeat(100_000)}`), "nested deeper than"],
    ["65 levels", records(`{"id":1,"a":${"[".repeat(64)}${"]".repeat(64)}}`), "nested deeper than 64 levels"],
    ["something behind the end", `${records("")} 1`, "something behind the end"],
    ["a checksum under another name", '{"tables": {}, "cheksum": "crc32 00000000"}', 'the unknown member "cheksum"'],
    ["an unknown member in a file of ours", '{"dictdb": 1, "tables": {}, "comment": 1}', 'the unknown member "comment"'],
    ["a later format", '{"dictdb": 2, "tables": {}}', "format 2, which is newer"],
    ["no format", '{"dictdb": "1", "tables": {}}', "dictdb must be the number of a format"],
    ["a format that comes too late", '{"tables": {}, "dictdb": 1}', 'the member "dictdb" behind "tables"'],
    ["an unknown type", '{"type": "diff", "tables": {}}', "type must be"],
    ["a delta", '{"type": "delta", "tables": {}}', "BackupManager.restore() reads such files"],
    ["an unknown schema", table('"primary_key": "id", "schema": {"a": "date"}, "records": []'), 'the type of "a" must be one of str'],
    ["a schema that is a list", table('"primary_key": "id", "schema": [], "records": []'), "must be an object or null"],
    ["a wrong checksum", '{"tables": {}, "checksum": "crc32 00000000"}', "ignoreChecksum: true"],
    ["a checksum that is a number", '{"tables": {}, "checksum": 1}', "ignoreChecksum: true"],
    ["a wrong tag", marked(records('{"id":1,"a":{"$date":"soon"}}')), '"$date" must be a date'],
    ["a bigint that is none", marked(records('{"id":1,"a":{"$bigint":"0x1"}}')), '"$bigint" must be a whole number'],
    ["a catalog that is a list", own("[]"), "the catalog must be an object"],
    ["an empty catalog", own("{}"), "must be"],
    ["a counter that is no number", changed({ nextKey: "1" }), "nextKey must be a whole number"],
    ["a schema of no descriptors", changed({ schema: [["a", "int"]] }), "schema.a must be one of string"],
    [
      "a schema with a field twice",
      changed({
        schema: [
          ["a", "any"],
          ["a", "any"],
        ],
      }),
      "schema has a field twice",
    ],
    ["columns with a name twice", changed({ columns: ["a", "a"] }), "columns has a name twice"],
    ["a column named __proto__", changed({ columns: ["__proto__"] }), "__proto__"],
    ["an index of no kind", changed({ indexes: [{ fields: [["a"]], type: "btree" }] }), "the type of an index"],
    ["an index on nothing", changed({ indexes: [{ fields: [], type: "hash", unique: false, multi: false }] }), "must have a field"],
    [
      "a multi index that is sorted",
      changed({ indexes: [{ fields: [["a"]], type: "sorted", unique: false, multi: true }] }),
      "a multi index",
    ],
    ["a version that is the key", changed({ versionField: "id" }), "versionField must not be the primary key"],
  ])("%s", (_what, content, message) => {
    expect(refusal(content)).toMatchObject({ code: "CORRUPT_FILE", message: expect.stringContaining(message) });
  });

  it("where two indexes have the same fields", () => {
    const index = { fields: [["a"]], type: "hash", unique: false, multi: false };
    expect(refusal(changed({ indexes: [index, { ...index, type: "sorted" }] })).message).toContain("two indexes have the same fields");
  });

  it("where a unique index would not be unique", () => {
    const indexes = [{ fields: [["a"]], type: "hash", unique: true, multi: false }];
    const text = changed({ indexes }).replace('"records": []', '"records": [{"id":1,"a":1},{"id":2,"a":{"$bigint":"1"}}]');
    expect(refusal(text).message).toContain('a of table "t" must be unique, but the record with key 2 has a value a second time');
  });

  it("but what is only unusual is loaded", () => {
    const text = '{"comment": [1, {"a": 2}], "tables": {"t": {"note": 1, "records": [ {"id" : 1} , {"id":"1"}], "primary_key":"id"}}}';
    writeFileSync(file, `\ufeff \n${text}\n\n`);
    expect(DictDB.loadSync(file).getTable("t").select({ orderBy: "id" })).toEqual([{ id: 1 }, { id: "1" }]);
  });
});

describe("a hostile msgpack file is refused, with what is wrong", () => {
  const end = frameOf(5, encodeValue([0, 0]));
  const oneRecord = frameOf(5, encodeValue([1, 0]));
  const rows = (bytes: readonly number[]): Buffer => frameOf(3, Uint8Array.from([0].concat(bytes)));
  const row = (...bytes: readonly number[]): Buffer => rows(bytes);
  const shape = (...names: readonly unknown[]): Buffer => frameOf(2, encodeValue([names]));
  const shaped = (levels: number): number[] => Array.from({ length: levels }, () => [0xc1, 0, 0]).flat();
  const one = { name: "t", primaryKey: "id", isNew: true, catalog };

  it.each<[string, Buffer, string]>([
    ["nothing but its mark", fileOf(), "the end of the file instead of the head of a frame at byte 8"],
    ["a later format", Buffer.concat([fileOf().subarray(0, 7), Buffer.of(9)]), "format 9"],
    ["a frame of 4 GB", fileOf(frameOf(1, Buffer.alloc(0), 0xffffffff)), "the end of the file instead of a frame of 4294967295 bytes"],
    ["no head", fileOf(end), "a head that is not the first frame, or another frame before it"],
    ["two heads", fileOf(headOf(), headOf()), "a head that is not the first frame"],
    ["no end", fileOf(headOf()), "the end of the file instead of the head of a frame"],
    ["something behind the end", fileOf(headOf(), end, end), "something behind the last frame"],
    ["an unknown frame", fileOf(headOf(), frameOf(9, Buffer.alloc(0))), "a frame of the unknown kind 9"],
    ["an empty frame", fileOf(headOf(), frameOf(9, Buffer.alloc(0), 0)), "a frame with a wrong checksum"],
    ["another number of records", fileOf(headOf(), oneRecord), "another number of records"],
    ["a table twice", fileOf(headOf({}, { tables: [one, one] })), "two tables have one name"],
    ["no tables", fileOf(headOf({}, { tables: 1 })), "the head must tell"],
    ["a table without a name", fileOf(headOf({ name: 1 })), "a table must have a name"],
    ["no catalog", fileOf(headOf({ catalog: null })), "the catalog must be an object"],
    ["a table that is not there", fileOf(headOf(), frameOf(3, Uint8Array.of(7, 0x80))), "records of a table that the head does not have"],
    ["a record that is no object", fileOf(headOf(), row(0x01), end), "a record must be an object"],
    ["an array of 4,294,967,295", fileOf(headOf(), row(0xdd, 0xff, 0xff, 0xff, 0xff)), "an array of 4294967295 items and too few bytes"],
    ["an object of 4,294,967,295", fileOf(headOf(), row(0xdf, 0xff, 0xff, 0xff, 0xff)), "an object of 4294967295 fields and too few bytes"],
    ["bytes of 4 GB", fileOf(headOf(), row(0xc6, 0xff, 0xff, 0xff, 0xff)), "the end of the bytes"],
    ["text of 4 GB", fileOf(headOf(), row(0xdb, 0xff, 0xff, 0xff, 0xff)), "the end of the bytes"],
    ["a shape that was never told", fileOf(headOf(), row(0xc1, 0, 0)), "shape 0"],
    ["a shape of numbers", fileOf(headOf(), shape(1)), "a shape must be a list of names"],
    ["a shape with a name twice", fileOf(headOf(), shape("a", "a")), "a shape must be a list of names"],
    ["a shape with a prototype", fileOf(headOf(), shape("__proto__")), "a shape has a forbidden name"],
    ["100,000 levels", fileOf(headOf(), rows([0x81, 0xa1, 0x61, ...Array.from({ length: 100_000 }, () => 0x91), 0])), "nested deeper"],
    ["100,000 levels of a shape", fileOf(headOf(), shape("a"), rows([...shaped(100_000), 1])), "in the frame that ends at byte"],
    [
      "65 levels of a shape",
      fileOf(headOf(), shape("id"), row(0x82, 0xa2, 0x69, 0x64, 1, 0xa1, 0x61, ...shaped(64), 1), oneRecord),
      "nested deeper than 64 levels",
    ],
  ])("%s", (_what, content, message) => {
    expect(refusal(content)).toMatchObject({ code: "CORRUPT_FILE", message: expect.stringContaining(message) });
  });
});

describe("what is no file is refused", () => {
  it("a folder, as Node.js does", async () => {
    mkdirSync(join(folder, "sub"), { recursive: true });
    expect(await rejection(DictDB.load(join(folder, "sub")))).toMatchObject({ code: "EISDIR" });
    expect(() => DictDB.loadSync(join(folder, "sub"))).toThrow("EISDIR");
  });

  it.each(process.platform === "win32" ? [] : ["a pipe"])("%s, without waiting for it", async () => {
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const error = await rejection(DictDB.load(join(folder, "pipe")));
    expect(error).toMatchObject({ code: "CORRUPT_FILE", message: expect.stringContaining("no regular file") });
  });

  it("nothing, with the code of the file system, unless it may be missing", async () => {
    const none = join(folder, "none");
    expect(await rejection(DictDB.load(none))).toMatchObject({ code: "ENOENT" });
    const db = await DictDB.load(none, { createIfMissing: true });
    expect([db.listTables(), db.seq]).toEqual([[], 0]);
    expect(DictDB.loadSync(none, { createIfMissing: true }).listTables()).toEqual([]);
  });
});
