import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { ErrorCode } from "../../src/base/errors.js";
import { projectFolder } from "../support/installed-package.js";
import { folders } from "./pages.js";

/** Every code: the compiler refuses a list that lacks one or has another. */
const codes: Record<ErrorCode, true> = {
  DUPLICATE_KEY: true,
  DUPLICATE_TABLE: true,
  TABLE_NOT_FOUND: true,
  RECORD_NOT_FOUND: true,
  SCHEMA_VALIDATION: true,
  SCHEMA_MISSING: true,
  SCHEMA_DIFFERS: true,
  UNIQUE_CONSTRAINT: true,
  CONCURRENT_MODIFICATION: true,
  LOCK_TIMEOUT: true,
  ROW_LOCKED: true,
  DEADLOCK: true,
  CLOSED: true,
  CORRUPT_FILE: true,
  FILE_CHANGED: true,
  INVALID_ARGUMENT: true,
  INVARIANT: true,
  CAPACITY: true,
};

describe("the page on errors", () => {
  it.each(Object.values(folders))("of %s has a row for every code", (folder) => {
    const text = readFileSync(join(projectFolder, folder, "errors.md"), "utf8");
    const rows = Array.from(text.matchAll(/^\| `([A-Z_]+)`/gm), (match) => match[1]!);
    expect(new Set(rows)).toEqual(new Set(Object.keys(codes)));
    expect(rows).toHaveLength(Object.keys(codes).length);
  });
});
