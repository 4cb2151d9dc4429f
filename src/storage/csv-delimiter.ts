import { CsvParser } from "./csv-parser.js";

/** How many characters of a file are looked at to find out its delimiter. */
export const sampleLength = 65_536;

/** Those that files have, the likeliest first. */
const candidates = [",", ";", "\t", "|"] as const;

/**
 * Finds out what separates the cells of a file: the candidate by which most rows have as many cells as the first one, which must be two at least; of
 * several, the one that makes the most cells. A comma where none does: the file then has one column.
 *
 * @param isWhole whether the file ends with the sample
 */
export function findDelimiter(sample: string, isWhole: boolean, comment: string | undefined): string {
  let best: string = candidates[0];
  let bestShare = 0;
  let bestWidth = 1;
  for (const candidate of candidates) {
    const widths = widthsOf(sample, isWhole, candidate, comment);
    const [width = 1] = widths;
    const share = widths.filter((other) => other === width).length / Math.max(widths.length, 1);
    if (width < 2 || share < bestShare || (share === bestShare && width <= bestWidth)) continue;
    best = candidate;
    bestShare = share;
    bestWidth = width;
  }
  return best;
}

/** How many cells the rows have, empty lines left out. */
function widthsOf(sample: string, isWhole: boolean, delimiter: string, comment: string | undefined): number[] {
  const parser = new CsvParser(delimiter, comment);
  let rows = parser.push(sample, isWhole);
  // A first row that is longer than the sample tells something, too.
  if (rows.length === 0 && !isWhole) rows = parser.push("", true);
  return rows.filter(({ cells }) => cells.length > 1 || cells[0] !== "").map(({ cells }) => cells.length);
}
