import { describe, expect, it } from "@jest/globals";
import { runSoak } from "../support/run-soak.js";

describe("threads that end while they read and write", () => {
  it("leave every commit that they acknowledged, equal replicas, sound tables and no lock, in more than 200 deaths of all manners", async () => {
    const { code, output } = await runSoak(["deaths", "--seeds", "0..1", "--deaths", "105"]);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/(.*\n.*"exhaust the heap":5.*\n){2}/) });
  }, 240_000);
});
