/*
 * Text as a cell of a CSV file holds it, and back. Most of it stands as it is.
 */

/** What a spreadsheet takes for a formula: full-width forms count there, too, and what is behind a line break or a tab may become a cell of its own. */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const escapedFormula = /^'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** With an apostrophe before what a spreadsheet would run; before what looks as if it had one already, too, so that it can be taken away again. */
export function escapeFormula(text: string): string {
  return formula.test(text) || escapedFormula.test(text) ? `'${text}` : text;
}

/** Without the apostrophe that {@link escapeFormula} put there. */
export function unescapeFormula(text: string): string {
  return text.startsWith("'") && escapedFormula.test(text) ? text.slice(1) : text;
}

const loneSurrogate = /[\ud800-\udfff]/u;

/** Whether a text has half of a surrogate pair, which no file has a code for. */
export function isTorn(text: string): boolean {
  return loneSurrogate.test(text);
}

/** Torn text becomes a string of JSON with escapes, and so does what would be read as one. */
export function escapeTorn(text: string): string {
  return isTorn(text) || (text.startsWith('"') && unescapeTorn(text) !== text) ? JSON.stringify(text) : text;
}

/** The text that {@link escapeTorn} made a string of JSON of. */
export function unescapeTorn(cell: string): string {
  if (!cell.startsWith('"') || !cell.endsWith('"') || !cell.includes("\\ud")) return cell;
  let text: unknown;
  try {
    text = JSON.parse(cell);
  } catch {
    return cell;
  }
  return typeof text === "string" && text !== cell && JSON.stringify(text) === cell && escapeTorn(text) === cell ? text : cell;
}

/** V8 copies parts of a string that are shorter than this; a longer part holds on to the whole, which may be much of the file. */
const sharedLength = 13;

/** The same text in memory of its own. */
export function ownText(cell: string): string {
  if (cell.length < sharedLength) return cell;
  const copy = Buffer.from(cell).toString();
  // Only text that came as such can be torn, and UTF-8 replaces what is torn.
  return copy === cell ? copy : Buffer.from(cell, "utf16le").toString("utf16le");
}
