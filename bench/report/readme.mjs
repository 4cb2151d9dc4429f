import { digits, ratio, rival, valuesOf } from "./figures.mjs";
import { table } from "./table.mjs";

/** @typedef {import("./figures.mjs").Results} Results */

const start = "<!-- benchmark:start -->";
const end = "<!-- benchmark:end -->";

/**
 * The README with the figures of a run between its markers.
 * @param {string} readme
 * @param {Results} results
 */
export function withSummary(readme, results) {
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md has no ${start} … ${end}`);
  return `${readme.slice(0, from + start.length)}\n\n${summary(results)}\n\n${readme.slice(to)}`;
}

/** @param {Results} results */
function summary({ meta, peers, items, work: cells }) {
  const names = Object.keys(peers).filter((name) => !name.startsWith("dictdb"));
  const rows = items.map(({ id, title }) => [
    title,
    ...names.map((name) => {
      const times = valuesOf(cells[id]?.[name]) && ratio(cells[id]?.[name], rival(cells, id, peers[name]));
      return times === undefined ? "-" : digits(times);
    }),
  ]);
  return (
    `How many times as long as DictDB the others take, with ${meta.size.toLocaleString("en")} records: above 1, DictDB is faster. ` +
    "The bare `Map` has no indexes and checks nothing; it is the limit for get and scan.\n\n" +
    `${table(["", ...names.map((name) => peers[name].title)], rows)}\n\n` +
    `Medians of ${meta.rounds} interleaved rounds in one run of \`npm run bench\`, which measures all of them on the same work: ` +
    "[every figure, the goals and how each store was used](bench/results/results.md), [as a chart](bench/results/results.svg), " +
    "[how it is measured](bench/README.md)."
  );
}
