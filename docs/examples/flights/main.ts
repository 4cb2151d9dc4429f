import { allOrNothing } from "./all-or-nothing.js";
import type { Chapter, Context } from "./chapter.js";
import { Checks } from "./checks.js";
import { backups } from "./backups.js";
import { files } from "./files.js";
import { indexes } from "./indexes.js";
import { load } from "./load.js";
import { questions } from "./questions.js";
import { Report } from "./report.js";
import { createTables } from "./tables.js";
import { threads } from "./threads.js";
import { DictDB } from "dictdb";
import { verdict } from "./verdict.js";

const chapters: readonly Chapter[] = [load, indexes, questions, allOrNothing, threads, files, backups, verdict];

async function run(report: Report): Promise<boolean> {
  await using db = new DictDB();
  const context: Context = { db, ...createTables(db), report, checks: new Checks() };
  report.title("DictDB: flights and airports of the United States");
  for (const [i, chapter] of chapters.entries()) {
    report.heading(`${i + 1}. ${chapter.title}`);
    await chapter.run(context);
  }
  return context.checks.hold;
}

// Whoever read the report may stop early, as `head` does.
process.stdout.on("error", () => process.exit(1));

process.exitCode = (await run(new Report(process.stdout))) ? 0 : 1;
