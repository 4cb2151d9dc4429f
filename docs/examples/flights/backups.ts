import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BackupManager } from "dictdb";
import type { Opened, Told } from "./booking-process.js";
import { onSale } from "./booking-process.js";
import type { Chapter } from "./chapter.js";
import { grouped, left, right } from "./report.js";
import { capacity } from "./seats.js";

const script = fileURLToPath(new URL("./booking-process.js", import.meta.url));

/** After so many backups the process is killed. */
const enough = 8;

export const backups: Chapter = {
  title: "Backups",
  async run({ report, checks }) {
    const folder = await mkdtemp(join(tmpdir(), "dictdb-backups-"));
    try {
      report.line(`Two threads of a process book and cancel seats on ${grouped(onSale)} flights; it backs up on a timer what has changed.`);
      const last = await killedWhileBooking(folder);
      const { files } = await BackupManager.verify(folder);
      const deltas = files.filter(({ kind }) => kind === "delta").length;
      report.line(`Killed by SIGKILL after ${files.length} backups, ${deltas} of them deltas. A second process restores from them:`);
      const opened = await secondRun(folder);

      const rows = [
        ["last heard of the first", last.seq, last.bookings, null, null],
        ["restored by the second", opened.seq, opened.bookings, opened.freeSeats, opened.bookings + opened.freeSeats],
      ];
      report.table([left(), right("commit"), right("bookings"), right("free seats"), right("seats in all")], rows);
      const gone = Math.max(last.seq - opened.seq, 0);
      report.line(
        `Gone: ${grouped(gone)} commit${gone === 1 ? "" : "s"} after the last backup, which nothing had put on the disk. A program that may lose none ` +
          "awaits backupNow() before it answers.",
      );
      const agrees = opened.bookings + opened.freeSeats === onSale * capacity;
      report.judge(agrees, agrees ? "Every seat is free or booked, and none is both." : "Seats were lost or doubled.");
      checks.that("the totals agree after the kill", agrees);
      checks.that("a state that was backed up is restored", opened.seq > 0 && opened.files > 0);
      checks.that("no backup had to be skipped", opened.skipped === 0 && files.every(({ problem }) => problem === undefined));
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** Lets the first process book, kills it in the middle of that, and answers what it said last. */
async function killedWhileBooking(folder: string): Promise<Told> {
  const child = fork(script, [folder]);
  let last: Told = { seq: 0, bookings: 0 };
  child.on("message", (told: Told) => (last = told));
  const ended = once(child, "exit");
  while (child.exitCode === null && (await backupsIn(folder)) < enough) await Promise.race([once(child, "message"), ended]);
  child.kill("SIGKILL");
  await ended;
  return last;
}

async function backupsIn(folder: string): Promise<number> {
  return (await readdir(folder)).filter((name) => name.startsWith("dictdb_")).length;
}

/** Starts the second process, which says what it has restored, and lets it end. */
async function secondRun(folder: string): Promise<Opened> {
  const child = fork(script, [folder]);
  const ended = once(child, "exit");
  const [opened] = (await once(child, "message")) as [Opened];
  child.send("end");
  await ended;
  return opened;
}
