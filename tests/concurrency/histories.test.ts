import { describe, expect, it } from "@jest/globals";
import { runSoak } from "../support/run-soak.js";

describe("three workers that share a database, 3,000 operations each", () => {
  it("have seen one order of their operations, in 21 histories at random", async () => {
    const { code, output } = await runSoak(["histories", "--seeds", "0..20"]);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^(.*\n9000 operations, .*\n){21}$/) });
  }, 240_000);
});
