import { digits, duration, median, ratio, valuesOf } from "./figures.mjs";
import { table } from "./table.mjs";

/** @typedef {import("./figures.mjs").Results} Results */
/** @typedef {import("../cells.mjs").Cell} Cell */
/** @typedef {import("./goals.mjs").Verdict} Verdict */

const FORMATS = ["json", "msgpack"];

/** The section on saving and loading. @param {Results["filePeers"]} peers @param {import("../files/rounds.mjs").Files} files */
export function fileSection(peers, files) {
  const names = Object.keys(peers);
  const { size, times, behaviour } = files;
  /** @param {Cell | undefined} cell @param {Cell | undefined} against */
  const time = (cell, against) => {
    const values = valuesOf(cell);
    if (values === undefined) return "-";
    const times = cell === against ? undefined : ratio(cell, against);
    return duration(median(values)) + (times === undefined ? "" : ` (${digits(times)})`);
  };
  const rows = ["save", "load"].map((item) => [item, ...names.map((name) => time(times[item]?.[name], times[item]?.["json"]))]);
  /** @param {string} label @param {(format: string) => string} write */
  const line = (label, write) => [label, ...FORMATS.map(write)];
  /** @param {string} item @param {(value: number) => string} write @returns {(format: string) => string} */
  const of = (item, write) => (format) => {
    const values = valuesOf(behaviour[item]?.[format]);
    return values === undefined ? "-" : write(median(values));
  };
  /** @param {number} value */
  const megabytes = (value) => `${digits(value / 2 ** 20)} MiB`;
  return [
    `${size.toLocaleString("en")} records without indexes, made durable; in brackets how many times as long as \`JSON.stringify\` or \`JSON.parse\` of` +
      " the same array in the same round. The better of two repetitions in each process.",
    table(["", ...names.map((name) => peers[name].title)], rows),
    "DictDB while it saves, and its backups:",
    table(
      ["", ...FORMATS],
      [
        line("longest hold of the event loop", of("hold", duration)),
        line("heap and external memory at most, garbage included", of("memory", megabytes)),
        line("updates a second meanwhile", of("writes", digits)),
        line("full backup", (format) => `${time(times["full"]?.[format], undefined)}, ${of("full", megabytes)(format)}`),
        line(
          "delta of 1,000 changed records",
          (format) => `${time(times["delta"]?.[format], undefined)}, ${of("delta", megabytes)(format)}`,
        ),
      ],
    ),
  ].join("\n\n");
}

/** How many times as fast as plain JSON. */
const SPEEDS = [
  { goal: "save as msgpack against JSON.stringify and a write", item: "save", by: "dictdb-msgpack", least: 1 },
  { goal: "load of msgpack against a read and JSON.parse", item: "load", by: "dictdb-msgpack", least: 1 },
  { goal: "save as JSON against JSON.stringify and a write", item: "save", by: "dictdb-json", least: 0.4 },
];

const HOLD_MOST_MS = 20;
const MEMORY_MOST_MIB = 64;
const DELTA_MOST_PERCENT = 1;

/** @param {Results} results @returns {Verdict[]} */
export function judgeFiles({ files }) {
  if (files === undefined) return [];
  const { times, behaviour, size } = files;
  const at = `, ${size.toLocaleString("en")} records`;
  /** @param {string} goal @param {string} target @param {number | undefined} measured @param {(value: number) => boolean} isReached @returns {Verdict} */
  const verdict = (goal, target, measured, isReached) => ({
    goal: goal + at,
    target,
    measured,
    reached: measured === undefined ? undefined : isReached(measured),
  });
  /** @param {string} item @param {string} format @param {number} unit */
  const middle = (item, format, unit) => {
    const values = valuesOf(behaviour[item]?.[format]);
    return values === undefined ? undefined : median(values) / unit;
  };
  return [
    ...SPEEDS.map(({ goal, item, by, least }) =>
      verdict(`speed of ${goal}`, `at least ${least} times`, ratio(times[item]?.["json"], times[item]?.[by]), (value) => value >= least),
    ),
    ...FORMATS.flatMap((format) => {
      const share = ratio(times["delta"]?.[format], times["full"]?.[format]);
      return [
        verdict(
          `longest hold of the event loop while saving (${format})`,
          `at most ${HOLD_MOST_MS} ms`,
          middle("hold", format, 1e6),
          (ms) => ms <= HOLD_MOST_MS,
        ),
        verdict(
          `memory beside the records while saving (${format})`,
          `at most ${MEMORY_MOST_MIB} MiB`,
          middle("memory", format, 2 ** 20),
          (mib) => mib <= MEMORY_MOST_MIB,
        ),
        verdict(
          `time of a delta of 1,000 records against a full backup (${format})`,
          `at most ${DELTA_MOST_PERCENT} %`,
          share === undefined ? undefined : share * 100,
          (percent) => percent <= DELTA_MOST_PERCENT,
        ),
      ];
    }),
  ];
}
