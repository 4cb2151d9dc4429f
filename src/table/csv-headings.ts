import { checkName, isForbiddenName } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { CorruptFileError } from "../base/errors.js";
import { ownText, unescapeFormula, unescapeTorn } from "../storage/csv-text.js";

/** What is done about two columns of one name, and a column without one. */
export type HeadingRule = "refuse" | "rename";

/** Where the headings stand, for error messages. */
export interface HeadingSite {
  /** The method and the file. */
  readonly site: string;
  readonly path: string | undefined;
  readonly row: number;
}

/**
 * The names of the columns, from the row of headings.
 *
 * @throws CorruptFileError, InvalidArgumentError for a name that no field may have
 */
export function readHeadings(
  { site, path, row }: HeadingSite,
  cells: readonly string[],
  rule: HeadingRule,
  unescapeFormulas: boolean,
): readonly string[] {
  const given = cells.map((cell) => ownText(unescapeTorn(unescapeFormulas ? unescapeFormula(cell) : cell)));
  if (rule === "rename") return renamed(given);
  const seen = new Set<string>();
  for (const [i, name] of given.entries()) {
    const fault = name === "" ? "a column without a name" : seen.has(name) ? `two columns named ${describe(name)}` : undefined;
    if (fault !== undefined) {
      const hint = `column ${i + 1}; headings: "rename" gives it a name of its own`;
      throw new CorruptFileError(`${site}, row ${row}: found ${fault} (${hint})`, { path, row, column: i + 1 });
    }
    checkName(site, "a column", name);
    seen.add(name);
  }
  return given;
}

/** The name of a column that has none. */
export function columnName(column: number): string {
  return `col_${column}`;
}

/** The first of each name keeps it, the others have a number behind it that makes a name which the file does not have. */
function renamed(given: readonly string[]): string[] {
  const taken = new Set(given);
  const seen = new Set<string>();
  /** The number that was tried last behind each name: thousands of columns may have the same. */
  const numbers = new Map<string, number>();
  const numbered = (name: string): string => {
    let number = numbers.get(name) ?? 1;
    do number++;
    while (taken.has(`${name}_${number}`));
    numbers.set(name, number);
    return `${name}_${number}`;
  };
  return given.map((heading, column) => {
    const name = heading === "" ? columnName(column) : heading;
    const isFree = heading === "" ? !taken.has(name) : !seen.has(name) && !isForbiddenName(name);
    const unique = isFree ? name : numbered(name);
    seen.add(unique);
    taken.add(unique);
    return unique;
  });
}
