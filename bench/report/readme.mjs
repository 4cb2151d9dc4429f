import { digits, ratio, rival, valuesOf } from "./figures.mjs";
import { table } from "./table.mjs";

/** @typedef {import("./figures.mjs").Results} Results */

const start = "<!-- benchmark:start -->";
const end = "<!-- benchmark:end -->";

/** The pages that show the figures of the latest run, and the way from each to the project's folder. */
export const summaries = [
  { page: "README.md", language: "en", root: "" },
  { page: "docs/performance.md", language: "en", root: "../" },
  { page: "docs-fr/performance.md", language: "fr", root: "../" },
];

/**
 * A page with the figures of a run between its markers.
 * @param {string} text
 * @param {Results} results
 * @param {typeof summaries[number]} summary
 */
export function withSummary(text, results, { page, language, root }) {
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${page} has no ${start} … ${end}`);
  const parts = language === "fr" ? french(results, root) : english(results, root);
  return `${text.slice(0, from + start.length)}\n\n${parts.join("\n\n")}\n\n${text.slice(to)}`;
}

/**
 * The times that peers take relative to DictDB, one row for each item.
 * @param {Results} results
 * @param {(figure: string) => string} write
 */
function relative({ peers, items, work: cells }, write) {
  const names = Object.keys(peers).filter((name) => !name.startsWith("dictdb"));
  const rows = items.map(({ id, title }) => [
    title,
    ...names.map((name) => {
      const times = valuesOf(cells[id]?.[name]) && ratio(cells[id]?.[name], rival(cells, id, peers[name]));
      return times === undefined ? "-" : write(digits(times));
    }),
  ]);
  return table(["", ...names.map((name) => peers[name].title)], rows);
}

/** @param {Results} results @param {string} root */
function english(results, root) {
  const { size, rounds } = results.meta;
  return [
    `How many times as long as DictDB the others take, with ${size.toLocaleString("en")} records: above 1, DictDB is faster. ` +
      "The bare `Map` has no indexes and checks nothing; it is the limit for get and scan.",
    relative(results, (figure) => figure),
    `Medians of ${rounds} interleaved rounds in one run of \`npm run bench\`, which measures all of them on the same work: ` +
      `[every figure, the goals and how each store was used](${root}bench/results/results.md), ` +
      `[as a chart](${root}bench/results/results.svg), [how it is measured](${root}bench/README.md).`,
  ];
}

/** @param {Results} results @param {string} root */
function french(results, root) {
  const { size, rounds } = results.meta;
  const comma = (/** @type {string} */ figure) => figure.replaceAll(",", "\u00A0").replace(".", ",");
  return [
    `Combien de fois plus de temps que DictDB prennent les autres, avec ${comma(size.toLocaleString("en"))} enregistrements\u00A0: au-dessus de 1, DictDB est plus rapide. ` +
      "La simple `Map` n’a pas d’index et ne vérifie rien\u00A0; c’est la borne pour la lecture par clé et le parcours.",
    relative(results, comma),
    `Médianes de ${rounds} séries entrelacées en une même exécution de \`npm run bench\`, qui mesure tous les candidats sur le même travail\u00A0: ` +
      `[tous les chiffres, les objectifs, et la façon dont chaque base a été employée](${root}bench/results/results.md), ` +
      `[le graphique](${root}bench/results/results.svg), [la méthode](${root}bench/README.md), en anglais.`,
  ];
}
