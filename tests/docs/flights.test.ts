import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { Checks } from "../../docs/examples/flights/checks.js";
import { grouped, left, maxWidth, Report, right } from "../../docs/examples/flights/report.js";
import { projectFolder, run } from "../support/installed-package.js";
import type { Outcome } from "../support/installed-package.js";

const program = join(projectFolder, "dist/docs/examples/flights/main.js");

/** The example's result, with its lines. */
type Result = Outcome & { readonly lines: readonly string[] };

async function runExample(...nodeOptions: readonly string[]): Promise<Result> {
  const outcome = await run(projectFolder, process.execPath, ...nodeOptions, program);
  return { ...outcome, lines: outcome.stdout.split("\n") };
}

function dataFile(name: string): string {
  return readFileSync(join(projectFolder, "node_modules/vega-datasets/data", name), "utf8");
}

describe("the flights example", () => {
  let result: Result;

  beforeAll(async () => {
    result = await runExample();
  });

  it("succeeds, and prints nothing but its report", () => {
    expect(result.output).toBe(result.stdout);
    expect(result.exitCode).toBe(0);
  });

  it("loads every row of both files", () => {
    const flights = (JSON.parse(dataFile("flights-200k.json")) as unknown[]).length;
    const airports = dataFile("airports.csv").trim().split("\n").length - 1;
    expect(result.stdout).toMatch(new RegExp(`^ +flights +${grouped(flights)} `, "m"));
    expect(result.stdout).toMatch(new RegExp(`^ +airports +${grouped(airports)} `, "m"));
  });

  it("has each chapter", () => {
    const headings = result.lines.filter((line) => /^\d/.test(line));
    expect(headings).toEqual([
      "1. Load",
      "2. Indexes",
      "3. Questions",
      "4. All or nothing",
      "5. Threads",
      "6. Files",
      "7. Backups",
      "8. Verdict",
    ]);
  });

  it("answers from the data", () => {
    const delays = (JSON.parse(dataFile("flights-200k.json")) as { delay: number }[]).map(({ delay }) => delay);
    const late = delays.filter((delay) => delay > 60).length;
    expect(result.stdout).toContain(` ${grouped((100 * late) / delays.length, 1)} % by more than an hour`);
  });

  it("says that what was refused changed nothing", () => {
    const figures = (name: string) =>
      result.lines
        .find((line) => line.startsWith(`   ${name} `))
        ?.replace(name, "")
        .trim();
    expect(figures("before")).toMatch(/^231,083 +[0-9a-f]{8} +3,376 +[0-9a-f]{8} +\d+$/);
    expect(figures("after")).toBe(figures("before"));
    expect(result.lines).toContain("   Nothing changed.");
    expect(result.stdout).toMatch(/^ +(\d+) of \1 checks of this example hold\.$/m);
  });

  it("sells every seat once, and each thread sees that", () => {
    const figures = (name: string) =>
      result.lines.filter((line) => line.startsWith(`   ${name} `)).map((line) => line.split(/ {2,}/).slice(2));
    const sales = [figures("worker 1")[0], figures("worker 2")[0]].map((cells) => cells!.map((cell) => Number(cell.replace(/,| ms/g, ""))));
    const sold = sales.map(([, , booked]) => booked!);
    expect(sold[0]! + sold[1]!).toBe(3_000);
    for (const [attachMs, readsPerSecond, booked, turnedAway, perSecond] of sales) {
      expect(booked! + turnedAway!).toBe(2_000);
      expect(Math.min(attachMs!, readsPerSecond!, perSecond!)).toBeGreaterThan(0);
    }
    const sights = [figures("worker 1")[1], figures("worker 2")[1], figures("main thread")[0]];
    expect(sights[0]).toEqual([expect.stringMatching(/^[\d,]+$/), "3,000", "0", expect.stringMatching(/^[0-9a-f]{8}$/)]);
    expect(sights).toEqual([sights[0], sights[0], sights[0]]);
    expect(result.lines).toContain("   No flight is oversold: 3,000 bookings for 3,000 seats, each sold once.");
  });

  it("saves, loads, exports and imports, and what comes back is the same", () => {
    const checksums = result.lines.filter((line) => / MB .* ms {3}[0-9a-f]{8}$/.test(line)).map((line) => line.trim().split(/ {2,}/));
    expect(checksums.map(([what]) => what)).toEqual([
      "the database as json",
      "the database as msgpack",
      "flights as CSV",
      "airports as CSV",
    ]);
    expect(new Set(checksums.slice(0, 3).map((cells) => cells.at(-1))).size).toBe(1);
  });

  it("restores after a kill what was backed up while seats were booked", () => {
    const [, , bookings, free, total] = result.lines
      .find((line) => line.startsWith("   restored by the second"))!
      .trim()
      .split(/ {2,}/)
      .map((cell) => Number(cell.replace(",", "")));
    expect([bookings! + free!, total]).toEqual([6_000, 6_000]);
    expect(bookings).toBeGreaterThan(0);
    expect(result.stdout).toMatch(/^ {3}Gone: [\d,]+ commits? after the last backup, which nothing had put on the disk\./m);
    expect(result.stdout).toContain("backupNow() before it answers.");
    expect(result.lines).toContain("   Every seat is free or booked, and none is both.");
  });

  it("fits the screen and is plain where it is no terminal", () => {
    expect(result.lines.filter((line) => line.length > maxWidth)).toEqual([]);
    expect(result.lines.filter((line) => line !== line.trimEnd())).toEqual([]);
    expect(result.lines.length).toBeLessThanOrEqual(98);
    expect(result.stdout).not.toContain("\u001B");
  });

  it("fails when a block leaves half of its changes behind, or a seat is sold twice", async () => {
    const library = pathToFileURL(join(projectFolder, "dist/src/index.js")).href;
    // In every thread: nothing is taken back, and no seat ever counts as taken.
    const sabotage = `
      import { DictDB } from ${JSON.stringify(library)};
      DictDB.prototype.atomic = (fn) => fn();
      const { constructor: Table } = new DictDB().createTable("any");
      const { update } = Table.prototype;
      Table.prototype.update = function (changes, target) {
        return "free" in changes ? 1 : update.call(this, changes, target);
      };`;
    const failed = await runExample("--import", `data:text/javascript,${encodeURIComponent(sabotage)}`);
    expect(failed.stdout).toContain("   Something changed.\n");
    expect(failed.stdout).toContain("   Not true: what is refused changes nothing.\n");
    expect(failed.stdout).toContain("   500 flights or seats are oversold.\n");
    expect(failed.stdout).toContain("   Not true: no flight is oversold.\n");
    expect(failed.exitCode).toBe(1);
  });
});

describe("its report", () => {
  function written(terminal: { isTTY?: boolean; hasColors?: () => boolean }, write: (report: Report) => void): string {
    let text = "";
    write(new Report({ ...terminal, write: (part) => (text += part) }));
    return text;
  }

  it("keeps text to the left and numbers to the right", () => {
    const text = written({}, (report) =>
      report.table(
        [left(), right("records"), left("kind")],
        [
          ["flights", 231_083, "hash"],
          ["airports", -0.4, "sorted"],
          ["none", null, ""],
        ],
      ),
    );
    expect(text).toBe(
      [
        "              records   kind\n",
        "   flights    231,083   hash\n",
        "   airports         0   sorted\n",
        "   none             -\n",
      ].join(""),
    );
  });

  it("breaks a long paragraph between words", () => {
    const text = written({}, (report) => report.line("word ".repeat(40).trim()));
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line) => line.length)).toEqual([97, 97, 12]);
    expect(lines.every((line) => line.startsWith("   word"))).toBe(true);
  });

  it.each([
    ["is coloured on a terminal that has colours", { isTTY: true, hasColors: () => true }, "\u001B[32mgood\u001B[39m"],
    ["is plain on a terminal without, or with NO_COLOR", { isTTY: true, hasColors: () => false }, "good"],
    ["is plain in a file", {}, "good"],
  ])("%s", (_when, terminal, expected) => {
    expect(written(terminal, (report) => report.judge(true, "good"))).toBe(`   ${expected}\n`);
  });
});

describe("its checks", () => {
  it("hold until one does not", () => {
    const checks = new Checks();
    checks.that("one is one", true);
    expect([checks.made, checks.hold]).toEqual([1, true]);
    checks.that("one is two", false);
    expect([checks.made, checks.hold, checks.failed]).toEqual([2, false, ["one is two"]]);
  });
});
