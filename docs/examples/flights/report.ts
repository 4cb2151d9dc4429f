/** A column of a table: its heading, and the side that its cells keep to. */
export interface Column {
  readonly heading: string;
  readonly align: "left" | "right";
}

export const left = (heading = ""): Column => ({ heading, align: "left" });
export const right = (heading = ""): Column => ({ heading, align: "right" });

/** Text, or a figure to be written as {@link grouped} does. */
export type Cell = string | number | null;

/** No line of a report is longer. */
export const maxWidth = 100;

const indent = "   ";
/** What stands between the columns of a table, and of one that has many. */
const gap = "   ";
const narrowGap = "  ";
const manyColumns = 7;

/** What switches a style on, and off again. */
const styles = {
  bold: ["\u001B[1m", "\u001B[22m"],
  dim: ["\u001B[2m", "\u001B[22m"],
  red: ["\u001B[31m", "\u001B[39m"],
  green: ["\u001B[32m", "\u001B[39m"],
  cyan: ["\u001B[36m", "\u001B[39m"],
} as const;

type Style = keyof typeof styles;

/** Where a report goes to: `process.stdout`, mostly. */
interface Output {
  readonly isTTY?: boolean;
  hasColors?(): boolean;
  write(text: string): unknown;
}

/** Writes headings, paragraphs and aligned tables. Styled on a terminal that has colours, unless `NO_COLOR` is set. */
export class Report {
  readonly #output: Output;
  readonly #styled: boolean;

  constructor(output: Output) {
    this.#output = output;
    this.#styled = output.isTTY === true && output.hasColors?.() === true; // which looks at NO_COLOR
  }

  title(text: string): void {
    this.#write(this.#style("bold", text));
  }

  heading(text: string): void {
    this.blank();
    this.#write(this.#style("cyan", text));
  }

  blank(): void {
    this.#write("");
  }

  /** A paragraph, broken between words where it is too long. */
  line(text: string): void {
    this.#paragraph(text);
  }

  /** A paragraph of less weight. */
  aside(text: string): void {
    this.#paragraph(text, "dim");
  }

  /** A question with its answer, in one line. */
  answer(question: string, answer: string): void {
    this.#write(`${indent}${this.#style("dim", question)} ${answer}`);
  }

  /** A paragraph that says that something holds, or that it does not. */
  judge(holds: boolean, text: string): void {
    this.#paragraph(text, holds ? "green" : "red");
  }

  /** A table under its headings, or without that line where no column has one. */
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
    const body = rows.map((row) => row.map((cell) => (typeof cell === "string" ? cell : grouped(cell))));
    const [head, ...lines] = aligned([columns.map(({ heading }) => heading), ...body], columns);
    if (columns.some(({ heading }) => heading !== "")) this.#write(indent + this.#style("dim", head!));
    for (const line of lines) this.#write(indent + line);
  }

  #paragraph(text: string, style?: Style): void {
    for (const line of wrapped(text)) this.#write(indent + this.#style(style, line));
  }

  #style(style: Style | undefined, text: string): string {
    if (style === undefined || !this.#styled) return text;
    const [on, off] = styles[style];
    return on + text + off;
  }

  #write(line: string): void {
    this.#output.write(`${line}\n`);
  }
}

/** A number with separators, 200,000; a dash for null, the figure over nothing. */
export function grouped(value: number | null, digits = 0): string {
  if (value === null) return "-";
  // "negative" is the sign display that writes 0 for what rounds to -0.
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative" });
}

function aligned(rows: readonly (readonly string[])[], columns: readonly Column[]): string[] {
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, i) => (columns[i]!.align === "left" ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
    return cells.join(columns.length < manyColumns ? gap : narrowGap).trimEnd();
  });
}

function wrapped(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (indent.length + line.length + 1 + word.length <= maxWidth) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
