// What DictDB sets out to reach, judged by ratios from one run.
import { ratio } from "./figures.mjs";

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
  return [...SPEEDS.map((goal) => judgeSpeed(results, goal)), judgeMemory(results), ...judgeGrowth(results)];
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
