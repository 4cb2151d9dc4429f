import { GROWTH_ITEMS } from "../items.mjs";
import { table } from "./table.mjs";
import { fileSection } from "./files.mjs";
import { threadSection } from "./threads.mjs";
import { digits, duration, median, ratio, rival, spreads, valuesOf } from "./figures.mjs";

/** @typedef {import("./figures.mjs").Results} Results */
/** @typedef {import("./goals.mjs").Verdict} Verdict */
/** @typedef {import("../cells.mjs").Cell} Cell */

/**
 * The report as a Markdown document.
 * @param {Results} results
 * @param {readonly Verdict[]} verdicts
 */
export function markdown(results, verdicts) {
  const sections = [
    `# Results\n\n${introduction(results)}`,
    Object.keys(results.work).length > 0 ? `## Work\n\n${work(results)}` : "",
    Object.keys(results.growth).length > 0 ? `## Growth\n\n${growth(results)}` : "",
    Object.keys(results.memory).length > 0 ? `## Memory\n\n${memory(results)}` : "",
    Object.keys(results.threads).length > 0 ? `## Threads\n\n${threadSection(results)}` : "",
    results.files !== undefined ? `## Files\n\n${fileSection(results.filePeers, results.files)}` : "",
    `## Goals\n\n${goals(verdicts)}`,
    `## Notes\n\n${notes(results)}`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

/** @param {Results} results */
function introduction({ meta, work: cells }) {
  const { node, cpu, cores, platform, rounds, size, clock } = meta;
  const spread = spreads(cells, "dictdb");
  const noise =
    spread.length > 0
      ? ` Slowest by fastest round of one cell of DictDB: ${digits(median(spread))} in the middle, ${digits(Math.max(...spread))} at worst.`
      : "";
  const quick = meta.quick ? "\n\nThis was a quick run: it shows that everything works, its figures mean little." : "";
  return (
    `${size.toLocaleString("en")} records, ${rounds} interleaved rounds, medians. Node ${node}, ${cores} × ${cpu}, ${platform}; ${clock}.${noise}` +
    " Times belong to this machine and this hour; the ratios of one run are what can be compared." +
    quick
  );
}

/** @param {Results} results */
function work({ peers, items, work: cells }) {
  const names = Object.keys(peers);
  const rows = items.map(({ id, title, detail }) => [
    `**${title}**: ${detail}`,
    ...names.map((name) => timeCell(cells[id]?.[name], isDictDB(name) ? undefined : rival(cells, id, peers[name]))),
  ]);
  return (
    `Time per operation, and in brackets how many times as long that is as DictDB's (the median of the rounds' own ratios): with copies for the peers that make copies (${list(
      peers,
      "copies",
    )}), with \`copy: false\` for those that hand out references (${list(peers, "references")}).\n\n` +
    table(["", ...names.map((name) => peers[name].title)], rows)
  );
}

/** @param {string} name */
const isDictDB = (name) => name.startsWith("dictdb");

/** @param {Record<string, any>} peers @param {string} returns */
function list(peers, returns) {
  const titles = Object.entries(peers).flatMap(([name, peer]) => (peer.returns === returns && !isDictDB(name) ? [peer.title] : []));
  return titles.length > 0 ? titles.join(", ") : "none in this run";
}

/** @param {Cell | undefined} cell @param {Cell | undefined} dictdb */
function timeCell(cell, dictdb) {
  const values = valuesOf(cell);
  if (values === undefined) return "-";
  const times = ratio(cell, dictdb);
  return duration(median(values)) + (times === undefined ? "" : ` (${digits(times)})`);
}

/** @param {Results} results */
function growth({ peers, growth: sizes }) {
  const names = Object.keys(peers).filter((name) => peers[name].absent["growth"] === undefined);
  const [smallest] = Object.values(sizes);
  const rows = GROWTH_ITEMS.flatMap((item) =>
    Object.entries(sizes).map(([size, cells]) => {
      const times = names.map((name) => timeCell(cells[item]?.[name], cells === smallest ? undefined : smallest?.[item]?.[name]));
      return [`${item} at ${Number(size).toLocaleString("en")}`].concat(times);
    }),
  );
  return (
    "Time per operation at several numbers of records, both indexes present, and in brackets how many times as long that is as at the" +
    ` smallest number. Get is in random order; insert is the mean over filling the store from empty.\n\n` +
    table(["", ...names.map((name) => peers[name].title)], rows)
  );
}

/** @param {Results} results */
function memory({ peers, memory: cells, meta }) {
  const names = Object.keys(peers).filter((name) => peers[name].absent["memory"] === undefined);
  const map = cells["plain"]?.["map"];
  const rows = names.map((name) => {
    const figures = ["plain", "indexed"].map((item) => bytesCell(cells[item]?.[name], name === "map" ? undefined : map));
    return [peers[name].title].concat(figures, peers[name].memory === "rss" ? "process (rss)" : "heap and external");
  });
  return (
    "Bytes per record after garbage collection, names included, and in brackets how many times that of a bare Map of the same objects;" +
    ` medians of ${meta.memoryRounds} rounds, a process for each figure.\n\n` +
    table(["", "no indexes", "both indexes", "measured as"], rows)
  );
}

/** @param {Cell | undefined} cell @param {Cell | undefined} map */
function bytesCell(cell, map) {
  const values = valuesOf(cell);
  if (values === undefined) return "-";
  const times = ratio(cell, map);
  return `${digits(median(values))} bytes` + (times === undefined ? "" : ` (${digits(times)})`);
}

/** @param {readonly Verdict[]} verdicts */
function goals(verdicts) {
  const rows = verdicts.map(({ goal, target, measured, reached }) => [
    goal,
    target,
    measured === undefined ? "-" : measured.toPrecision(measured < 1 ? 2 : 3),
    reached === undefined ? "not measured" : reached ? "reached" : "**not reached**",
  ]);
  return `Ratios of this run: the median over the rounds of the ratio within each round.\n\n${table(["goal", "target", "measured", ""], rows)}`;
}

/** @param {Results} results */
function notes({ peers, filePeers, items, work: cells, growth: sizes }) {
  const lines = [...Object.values(peers), ...Object.values(filePeers)].flatMap((peer) => peer.notes);
  for (const [name, peer] of Object.entries(peers)) {
    for (const { id, title } of items) {
      const reason = cells[id]?.[name]?.absent;
      if (reason !== undefined) lines.push(`"-" for ${title}, ${peer.title}: ${reason}.`);
    }
    for (const [size, row] of Object.entries(sizes)) {
      const reason = row["get"]?.[name]?.absent;
      if (reason !== undefined) lines.push(`"-" at ${Number(size).toLocaleString("en")} records, ${peer.title}: ${reason}.`);
    }
  }
  const versions = Object.values(peers).flatMap((peer) => (peer.version === null ? [] : [`${peer.title} ${peer.version}`]));
  if (versions.length > 0) lines.push(`Versions: ${versions.join(", ")}.`);
  return lines.map((line) => `- ${line}`).join("\n");
}
