// What DictDB sets out to reach, judged by ratios from one run.
import { judgeFiles } from "./files.mjs";
import { mixName } from "../threads/mixes.mjs";
import { median, ratio, valuesOf } from "./figures.mjs";

/** @typedef {import("./figures.mjs").Results} Results */
/** @typedef {{ goal: string, target: string, measured: number | undefined, reached: boolean | undefined }} Verdict */

/**
 * How many times as fast as a peer; copies against a peer that copies.
 * @type {readonly { item: string, against: string, by: "dictdb" | "dictdb-copies", least: number, goal: string }[]}
 */
const SPEEDS = [
  { item: "get", against: "map", by: "dictdb", least: 0.6, goal: "get by key (`copy: false`) against Map.get" },
  { item: "get", against: "better-sqlite3", by: "dictdb-copies", least: 10, goal: "get by key (copies) against better-sqlite3" },
  { item: "insert", against: "better-sqlite3", by: "dictdb", least: 5, goal: "insert against better-sqlite3" },
  { item: "insert", against: "lokijs", by: "dictdb", least: 10, goal: "insert against LokiJS" },
  { item: "bulk", against: "better-sqlite3", by: "dictdb", least: 4, goal: "bulk insert against better-sqlite3" },
  { item: "equality", against: "lokijs", by: "dictdb", least: 1, goal: "equality (`copy: false`) against LokiJS" },
  { item: "equality", against: "better-sqlite3", by: "dictdb-copies", least: 5, goal: "equality (copies) against better-sqlite3" },
  { item: "range", against: "lokijs", by: "dictdb", least: 1, goal: "range (`copy: false`) against LokiJS" },
  { item: "range", against: "better-sqlite3", by: "dictdb-copies", least: 5, goal: "range (copies) against better-sqlite3" },
  { item: "scan", against: "map", by: "dictdb", least: 0.7, goal: "scan (`copy: false`) against a hand-written loop" },
  { item: "groups", against: "better-sqlite3", by: "dictdb", least: 1, goal: "group-by against better-sqlite3" },
  { item: "update", against: "better-sqlite3", by: "dictdb", least: 3, goal: "update by key against better-sqlite3" },
];

/** The peers that goals speak of: they are measured more finely than the others. */
export const JUDGED = new Set(["dictdb", "dictdb-copies", ...SPEEDS.map((goal) => goal.against)]);

const MEMORY_MOST = 1.5;
const GROWTH_MOST = 3;
const GROWTH_OF_MAP_MOST = 1.5;

/**
 * @param {Results} results
 * @returns {Verdict[]}
 */
export function judge(results) {
  return [
    ...SPEEDS.map((goal) => judgeSpeed(results, goal)),
    judgeMemory(results),
    ...judgeGrowth(results),
    ...judgeThreads(results),
    ...judgeFiles(results),
  ];
}

/** @param {Results} results @param {typeof SPEEDS[number]} goal @returns {Verdict} */
function judgeSpeed({ work }, { item, against, by, least, goal }) {
  const measured = ratio(work[item]?.[against], work[item]?.[by]);
  const reached = measured === undefined ? undefined : measured >= least;
  return { goal: `speed of ${goal}`, target: `at least ${least} times`, measured, reached };
}

/** @param {Results} results @returns {Verdict} */
function judgeMemory({ memory }) {
  const measured = ratio(memory["plain"]?.["dictdb"], memory["plain"]?.["map"]);
  const reached = measured === undefined ? undefined : measured <= MEMORY_MOST;
  return { goal: "memory without indexes against a Map of the same objects", target: `at most ${MEMORY_MOST} times`, measured, reached };
}

/**
 * Random access to more memory than the caches hold is slower with no database at all: so growth is judged against the Map's own get.
 * @param {Results} results
 * @returns {Verdict[]}
 */
function judgeGrowth({ growth }) {
  const sizes = Object.keys(growth).map(Number);
  if (sizes.length < 2) return [];
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  const ofMap = ratio(growth[largest]?.["get"]?.["map"], growth[smallest]?.["get"]?.["map"]);
  return ["get", "insert", "update"].map((item) => {
    const measured = ratio(growth[largest]?.[item]?.["dictdb"], growth[smallest]?.[item]?.["dictdb"]);
    const most = Math.max(GROWTH_MOST, GROWTH_OF_MAP_MOST * (ofMap ?? 0));
    const known = measured !== undefined && ofMap !== undefined;
    return {
      goal: `cost of ${item} at ${largest.toLocaleString("en")} records against its cost at ${smallest.toLocaleString("en")}`,
      target: `at most ${most.toPrecision(2)} times (the larger of ${GROWTH_MOST} and ${GROWTH_OF_MAP_MOST} times the growth of Map.get)`,
      measured: known ? measured : undefined,
      reached: known ? measured <= most : undefined,
    };
  });
}

/**
 * What threads set out to reach, for each number of records: how many times as fast, each the other way round of the times that it compares.
 * @type {readonly { goal: string, least: number, of: readonly [percent: number, threads: number, peer: string], than: readonly [percent: number, threads: number, peer: string] }[]}
 */
const SHARED = [
  { goal: "get by key in a thread (`copy: false`) against Map.get", least: 0.5, of: [0, 1, "dictdb"], than: [0, 1, "map"] },
  { goal: "get by key in a thread (copies) against lmdb", least: 20, of: [0, 1, "dictdb-copies"], than: [0, 1, "lmdb"] },
  { goal: "get by key (`copy: false`), two threads against one", least: 1.8, of: [0, 2, "dictdb"], than: [0, 1, "dictdb"] },
  { goal: "10 % writes, two threads (copies) against lmdb", least: 8, of: [10, 2, "dictdb-copies"], than: [10, 2, "lmdb"] },
  { goal: "writes only, two threads against lmdb", least: 4, of: [100, 2, "dictdb"], than: [100, 2, "lmdb"] },
  { goal: "writes only, two threads against one", least: 0.45, of: [100, 2, "dictdb"], than: [100, 1, "dictdb"] },
];

const VISIBLE_WITHIN_US = 20;
const HELD_FOR_MS = 5;
const ATTACHED_PER_SECOND = 1_000_000;

/** @param {Results} results @returns {Verdict[]} */
function judgeThreads({ threads }) {
  return Object.entries(threads).flatMap(([size, { mixes, visibility, attach, compaction }]) => {
    const at = `, ${Number(size).toLocaleString("en")} records`;
    /** @param {readonly [number, number, string]} place */
    const cell = ([percent, count, peer]) => mixes[mixName(percent, count)]?.[peer];
    const speeds = SHARED.map(({ goal, least, of, than }) => {
      const measured = ratio(cell(than), cell(of));
      return {
        goal: `speed of ${goal}${at}`,
        target: `at least ${least} times`,
        measured,
        reached: measured === undefined ? undefined : measured >= least,
      };
    });
    const seen = valuesOf(visibility["dictdb"]);
    const us = seen && median(seen) / 1000;
    const held = valuesOf(compaction["dictdb"]);
    const heldMs = held && median(held) / 1e6;
    const opened = valuesOf(attach["dictdb"]);
    const perSecond = opened && 1e9 / median(opened);
    return [
      ...speeds,
      {
        goal: `microseconds from a write to its sight${at}`,
        target: `at most ${VISIBLE_WITHIN_US}`,
        measured: us,
        reached: us === undefined ? undefined : us <= VISIBLE_WITHIN_US,
      },
      {
        goal: `milliseconds for which a compaction keeps writers out${at}`,
        target: `at most ${HELD_FOR_MS}, and the copy of the log after its base`,
        measured: heldMs,
        reached: heldMs === undefined ? undefined : heldMs <= HELD_FOR_MS,
      },
      {
        goal: `records per second that a new thread takes in${at}`,
        target: `at least ${ATTACHED_PER_SECOND.toLocaleString("en")}`,
        measured: perSecond,
        reached: perSecond === undefined ? undefined : perSecond >= ATTACHED_PER_SECOND,
      },
    ];
  });
}
