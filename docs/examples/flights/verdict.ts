import type { Chapter } from "./chapter.js";
import { grouped } from "./report.js";
import { timed } from "./timing.js";

export const verdict: Chapter = {
  title: "Verdict",
  run({ flights, airports, report, checks }) {
    const { ms } = timed(() => [flights, airports].forEach((table) => table.check()));
    report.line(`check() went through every record and index entry of both tables in ${grouped(ms)} ms and found no fault.`);
    for (const claim of checks.failed) report.judge(false, `Not true: ${claim}.`);
    report.judge(checks.hold, `${checks.made - checks.failed.length} of ${checks.made} checks of this example hold.`);

    const { heapUsed, rss } = process.memoryUsage();
    report.line(
      `${grouped(performance.now() / 1_000, 1)} s in all; ${megabytes(rss)} of memory, ${megabytes(heapUsed)} of it heap in use.`,
    );
  },
};

function megabytes(bytes: number): string {
  return `${grouped(bytes / 1e6)} MB`;
}
