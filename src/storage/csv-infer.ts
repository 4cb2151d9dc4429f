/** What the cells of a column can be read as without losing anything of their text. */
export type ColumnType = "number" | "boolean" | "string";

const decimals = /^-?(?:0|[1-9]\d*)\.(\d+)$/;

/** A number has no more digits than this that can all be told. */
const exactDigits = 15;

/** Finds out what the cells of one column are. Empty ones say nothing. */
export class ColumnGuess {
  #isEmpty = true;
  #isBoolean = true;
  /** Whether every cell is written as JavaScript writes the number. */
  #isCanonical = true;
  /** How many decimals every cell has; undefined when they differ. */
  #decimals: number | undefined;

  note(cell: string): void {
    if (cell === "") return;
    if (this.#isBoolean) this.#isBoolean = cell === "true" || cell === "false";
    if (this.#isCanonical) this.#isCanonical = isCanonical(cell);
    const found = decimalsOf(cell);
    if (this.#isEmpty) this.#decimals = found;
    else if (this.#decimals !== found) this.#decimals = undefined;
    this.#isEmpty = false;
  }

  /**
   * Numbers, where their text could be had back: `00501` and `1e5` remain text, and so do the versions `1.9` and `1.10`; prices that all have two
   * decimals are numbers.
   */
  get type(): ColumnType {
    if (this.#isEmpty) return "string";
    if (this.#isBoolean) return "boolean";
    return this.#isCanonical || this.#decimals !== undefined ? "number" : "string";
  }
}

/** Whether a cell is exactly what the number in it is written as. */
export function isCanonical(cell: string): boolean {
  const value = Number(cell);
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? false : cell === (Object.is(value, -0) ? "-0" : String(value));
}

function decimalsOf(cell: string): number | undefined {
  const digits = decimals.exec(cell)?.[1]?.length;
  return digits !== undefined && cell.length - 1 - Number(cell.startsWith("-")) <= exactDigits ? digits : undefined;
}
