import * as fs from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { diskOf } from "../../../src/storage/disk.js";
import { rejection } from "../../support/rejection.js";

/** A disk whose folders are read by a function that calls back with these. */
function diskThatAnswers(error: Error | null | undefined, names?: readonly string[]) {
  const readdir = (_path: string, done: (error: Error | null | undefined, names?: readonly string[]) => void): void => done(error, names);
  return diskOf(Object.assign({ ...fs }, { readdir }));
}

describe("the disk of the machine", () => {
  it.each([null, undefined])("takes %s for no error", async (none) => {
    expect(await diskThatAnswers(none, ["a"]).do(["readdir", "/"])).toEqual(["a"]);
  });

  it("passes on an error", async () => {
    const error = new Error("mine");
    expect(await rejection(diskThatAnswers(error).do(["readdir", "/"]))).toBe(error);
  });
});
