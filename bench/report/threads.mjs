import { COUNTS, mixName, PERCENTS } from "../threads/mixes.mjs";
import { digits, duration, median, ratio, valuesOf } from "./figures.mjs";
import { table } from "./table.mjs";

/** @typedef {import("./figures.mjs").Results} Results */
/** @typedef {import("../cells.mjs").Cell} Cell */

/** The section on stores that several threads share. @param {Results} results */
export function threadSection({ threadPeers: peers, threads: sizes }) {
  const names = Object.keys(peers);
  const titles = names.map((name) => peers[name].title);
  const mixes = Object.entries(sizes).map(([size, { mixes: cells }]) => {
    const rows = PERCENTS.flatMap((percent) =>
      COUNTS.map((count) => {
        const item = mixName(percent, count);
        return [item].concat(
          names.map((name) => speedCell(cells[item]?.[name], name.startsWith("dictdb") ? undefined : cells[item]?.["dictdb"])),
        );
      }),
    );
    return `${Number(size).toLocaleString("en")} records:\n\n${table(["", ...titles], rows)}`;
  });
  /** @param {string} label @param {(shared: import("../threads/rounds.mjs").Shared) => Record<string, Cell>} row @param {(values: number[]) => string} write */
  const lines = (label, row, write) =>
    Object.entries(sizes).map(([size, shared]) => [
      `${label}, ${Number(size).toLocaleString("en")} records`,
      ...names.map((name) => {
        const values = valuesOf(row(shared)[name]);
        return values === undefined ? "-" : write(values);
      }),
    ]);
  return [
    "Records read by key and replaced at random by one or two worker threads of one process, in millions of operations per second of all threads" +
      " together, and in brackets how many times as long the peer takes as DictDB with `copy: false`.",
    ...mixes,
    table(
      ["", ...titles],
      [
        ...lines(
          "visibility",
          (shared) => shared.visibility,
          (values) => duration(median(values)),
        ),
        ...lines(
          "attach",
          (shared) => shared.attach,
          (values) => `${duration(median(values))} per record`,
        ),
        ...lines(
          "compaction",
          (shared) => shared.compaction,
          (values) => duration(median(values)),
        ),
        ...lines(
          "memory of a thread",
          (shared) => shared.memory,
          (values) => `${digits(median(values))} bytes per record`,
        ),
      ],
    ),
    "Visibility is the time from calling the write to another thread's sight of it, while that one does nothing but read. Attach is what a new" +
      " thread takes to open the store, up to its first read. Compaction is how long one" +
      " keeps writers out, as another thread sees it. The memory is that of the thread's own heap; what threads share is not in it.",
    threadNotes(peers),
  ].join("\n\n");
}

/** @param {Cell | undefined} cell @param {Cell | undefined} dictdb */
function speedCell(cell, dictdb) {
  const values = valuesOf(cell);
  if (values === undefined) return "-";
  const times = ratio(cell, dictdb);
  return digits(1000 / median(values)) + (times === undefined ? "" : ` (${digits(times)})`);
}

/** @param {Record<string, any>} peers */
function threadNotes(peers) {
  const versions = Object.values(peers).flatMap(({ title, version }) => (version === null ? [] : [`${title} ${version}`]));
  return [...Object.values(peers).flatMap(({ notes }) => notes), `Versions: ${versions.join(", ")}.`].map((line) => `- ${line}`).join("\n");
}
