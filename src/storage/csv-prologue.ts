const declaration = /^sep=([^\r\n"\ufeff\ud800-\udfff])(?:\r\n|\r|\n|$)/i;

/** A declaration has no more characters than this, its line end included. */
const longestDeclaration = 7;

/** What stands in a CSV file before its rows: lines to be passed over, and a line `sep=;`, by which spreadsheets tell each other the delimiter. */
export class CsvPrologue {
  /** How many lines are to be passed over yet. */
  #left: number;
  #held = "";
  #mayDeclare = true;
  /** The delimiter that the file declares. */
  delimiter: string | undefined;
  /** How many lines were passed over. */
  lines = 0;

  /** @param skipLines how many lines of the file are none of its rows */
  constructor(skipLines: number) {
    this.#left = skipLines;
  }

  /** Takes the next piece; answers what is behind the prologue, undefined while that has not begun. */
  push(piece: string, isLast: boolean): string | undefined {
    let text = this.#held + piece;
    this.#held = "";
    for (;;) {
      if (this.#mayDeclare) {
        if (text.length < longestDeclaration && !isLast) {
          this.#held = text;
          return undefined;
        }
        this.#mayDeclare = false;
        const found = declaration.exec(text);
        if (found !== null) {
          this.delimiter = found[1]!;
          text = text.slice(found[0].length);
          this.lines++;
          if (this.#left > 0) this.#left--;
        }
      }
      if (this.#left === 0) return text;
      const end = /\r\n|\r|\n/.exec(text);
      // The other half of the line end may be in the next piece.
      if (end?.[0] === "\r" && end.index + 1 === text.length && !isLast) {
        this.#held = "\r";
        return undefined;
      }
      if (end === null) return isLast ? "" : undefined;
      text = text.slice(end.index + end[0].length);
      this.lines++;
      this.#left--;
      // Behind a banner of the program that wrote the file.
      this.#mayDeclare = this.#left === 0 && this.delimiter === undefined;
    }
  }
}
