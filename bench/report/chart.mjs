// The work table as bars, written by hand: no library, no script, and colours that stand on a light and on a dark page.
import { digits, ratio, rival } from "./figures.mjs";

/** @typedef {import("./figures.mjs").Results} Results */
/** @typedef {{ name: string, title: string, speed: number }} Bar `speed`: how many times as fast as DictDB */

const COLORS = ["#8a8f98", "#3b82c4", "#e08a1e", "#d2555a", "#3f9a5f", "#9a6fb8"];
const WIDTH = 900;
/** Titles stand left of this, bars begin right of it with room for their labels. */
const LEFT = 130;
const LABEL = 84;
const TOP = 88;
const BAR = 10;
const STEP = 13;
const GAP = 12;

/**
 * @param {Results} results
 * @returns {string} an SVG document
 */
export function chart(results) {
  const groups = groupsOf(results);
  const names = Object.keys(results.peers).filter((name) => !name.startsWith("dictdb"));
  const speeds = groups.flatMap((group) => group.bars.map((bar) => bar.speed));
  const [low, high] = decades(speeds);
  /** @param {number} speed */
  const x = (speed) => LEFT + LABEL + ((Math.log10(speed) - low) / (high - low)) * (WIDTH - LEFT - 2 * LABEL);
  const height = TOP + groups.reduce((sum, group) => sum + group.bars.length * STEP + GAP, 0) + 24;
  const parts = [...legend(results, names), ...axis(x, low, high, height)];
  let y = TOP;
  for (const group of groups) {
    const middle = y + (group.bars.length * STEP) / 2 + 1;
    parts.push(text(LEFT, middle, group.title, { anchor: "end", bold: true }));
    for (const bar of group.bars) {
      parts.push(barOf(bar, x, y, COLORS[names.indexOf(bar.name) % COLORS.length]));
      y += STEP;
    }
    y += GAP;
  }
  return document(height, parts);
}

/** @param {Results} results @returns {{ title: string, bars: Bar[] }[]} */
function groupsOf({ peers, items, work }) {
  const groups = items.map(({ id, title }) => ({
    title,
    bars: Object.entries(peers).flatMap(([name, peer]) => {
      const times = name.startsWith("dictdb") ? undefined : ratio(work[id]?.[name], rival(work, id, peer));
      return times === undefined ? [] : [{ name, title: peer.title, speed: 1 / times }];
    }),
  }));
  return groups.filter((group) => group.bars.length > 0);
}

/** Whole powers of ten around all bars and 1. @param {readonly number[]} speeds @returns {[number, number]} */
function decades(speeds) {
  const logs = speeds.map(Math.log10);
  return [Math.floor(Math.min(-1, ...logs)), Math.ceil(Math.max(1, ...logs))];
}

/** @param {Results} results @param {readonly string[]} names */
function legend({ peers, meta }, names) {
  const head = [
    text(16, 24, "Speed relative to DictDB in the same run (DictDB = 1), logarithmic scale", { bold: true, size: 15 }),
    text(
      16,
      42,
      `${meta.size.toLocaleString("en")} records, medians of ${meta.rounds} rounds. Left of the line: slower than DictDB; right: faster. ` +
        "Copies against copies, references against references.",
      {},
    ),
  ];
  const entries = names.flatMap((name, i) => [
    `<rect x="${16 + i * 130}" y="54" width="10" height="10" fill="${COLORS[i % COLORS.length]}"/>`,
    text(31 + i * 130, 60, peers[name].title, {}),
  ]);
  return [...head, ...entries];
}

/** @param {(speed: number) => number} x @param {number} low @param {number} high @param {number} height */
function axis(x, low, high, height) {
  const bottom = height - 24;
  const parts = [];
  for (let power = low; power <= high; power++) {
    const at = x(10 ** power).toFixed(1);
    parts.push(`<line class="${power === 0 ? "one" : "grid"}" x1="${at}" x2="${at}" y1="${TOP - 8}" y2="${bottom}"/>`);
    parts.push(
      text(Number(at), bottom + 12, power === 0 ? "DictDB" : power > 0 ? `${10 ** power}×` : `1/${10 ** -power}`, { anchor: "middle" }),
    );
  }
  return parts;
}

/** @param {Bar} bar @param {(speed: number) => number} x @param {number} y @param {string} color */
function barOf({ title, speed }, x, y, color) {
  const [from, to] = speed < 1 ? [x(speed), x(1)] : [x(1), x(speed)];
  const label = speed < 1 ? `${digits(1 / speed)}× slower` : `${digits(speed)}× faster`;
  const width = Math.max(to - from, 1).toFixed(1);
  const rect = `<rect x="${from.toFixed(1)}" y="${y}" width="${width}" height="${BAR}" rx="1.5" fill="${color}"/>`;
  const side = speed < 1 ? text(from - 4, y + BAR / 2, label, { anchor: "end", size: 10 }) : text(to + 4, y + BAR / 2, label, { size: 10 });
  return `<g><title>${escaped(title)}: ${label}</title>${rect}${side}</g>`;
}

/** @param {number} x @param {number} y @param {string} content @param {{ anchor?: string, bold?: boolean, size?: number }} style */
function text(x, y, content, { anchor = "start", bold = false, size = 11 }) {
  const weight = bold ? ' font-weight="600"' : "";
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}"${weight}>${escaped(content)}</text>`;
}

/** @param {string} content */
const escaped = (content) => content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** @param {number} height @param {readonly string[]} parts */
function document(height, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>Speed of other databases relative to DictDB, logarithmic scale</title>
<style>
text { font-family: system-ui, sans-serif; fill: #6b7280; dominant-baseline: middle; }
.grid { stroke: #9ca3af; stroke-opacity: 0.35; }
.one { stroke: #6b7280; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) { text { fill: #b6bdc9; } .one { stroke: #b6bdc9; } }
@media (prefers-color-scheme: light) { text { fill: #374151; } }
</style>
${parts.join("\n")}
</svg>
`;
}
