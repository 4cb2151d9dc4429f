import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { DictDB } from "../../src/index.js";
import { fileOf, frameOf, headOf } from "../support/frames.js";
import { projectFolder, run } from "../support/installed-package.js";
import { tempFolder } from "../support/temp-folder.js";

const folder = tempFolder();
const mib = 2 ** 20;

/** A file of some megabytes in a format. */
function large(format: "json" | "msgpack"): Buffer {
  const db = new DictDB();
  db.createTable("t").insert(
    Array.from({ length: 25_000 }, (_, i) => ({ name: `a name that is ${i}`, n: i, more: "text ".repeat(12) + String(i) })),
  );
  const path = join(folder, format);
  db.saveSync(path, { format });
  return readFileSync(path);
}

describe("a file that cannot be loaded takes no more memory than four times its length and 64 MiB", () => {
  it.each<[string, () => Buffer]>([
    ["JSON cut off at its end", () => large("json").subarray(0, -40)],
    ["JSON with a digit changed", () => Buffer.from(large("json").toString().replace('"n":24999', '"n":24998'))],
    ["msgpack cut off at its end", () => large("msgpack").subarray(0, -4)],
    ["a string without an end", () => Buffer.from(`{"tables": {"t": {"records": [{"a": "${"x".repeat(8 * mib)}`)],
    ["lists in lists", () => Buffer.from(`{"tables": ${"[".repeat(8 * mib)}`)],
    ["a number of eight million digits", () => Buffer.from(`{"tables": {"t": {"records": [{"id": ${"9".repeat(8 * mib)}}]}}}`)],
    ["a frame of four gigabytes", () => fileOf(headOf(), frameOf(3, Buffer.alloc(mib), 0xffffffff))],
    ["a list of four billion", () => fileOf(headOf(), frameOf(3, Buffer.from([0, 0xdd, 0xff, 0xff, 0xff, 0xff, ...Buffer.alloc(1_000)])))],
  ])("%s", async (_what, content) => {
    const path = join(folder, "hostile");
    const bytes = content();
    writeFileSync(path, bytes);
    const { stdout, output } = await run(folder, process.execPath, join(projectFolder, "dist/tests/fault/load-file.js"), path);
    expect(output).toBe(stdout);
    const [outcome, growth] = JSON.parse(stdout) as [string, number];
    expect(outcome).toBe("CORRUPT_FILE");
    expect(growth / mib).toBeLessThan((4 * bytes.length) / mib + 64);
  });
});
