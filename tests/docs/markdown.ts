/** A fenced block of code in a page. */
export interface CodeBlock {
  /** The first word behind the fence: `ts`, `sh`, or nothing. */
  readonly language: string;
  /** What stands behind the language. */
  readonly info: string;
  /** The number of the first line inside the fence, counted from 1. */
  readonly firstLine: number;
  readonly lines: readonly string[];
}

export interface Heading {
  readonly level: number;
  readonly line: number;
  /** What a link names it by. */
  readonly anchor: string;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

/** What a page consists of, as far as tests look at it. */
export interface Page {
  /** The path from the project's folder, with `/`. */
  readonly path: string;
  readonly headings: readonly Heading[];
  readonly blocks: readonly CodeBlock[];
  readonly links: readonly Link[];
  /** The number of columns of each row of each table, in order. */
  readonly tables: readonly (readonly number[])[];
}

/** Takes a Markdown page apart. It knows the Markdown that the formatter writes, not all there is. */
export function readPage(path: string, text: string): Page {
  const headings: Heading[] = [];
  const blocks: CodeBlock[] = [];
  const links: Link[] = [];
  const tables: number[][] = [];
  const anchors = new Map<string, number>();
  const lines = text.split("\n");
  let inTable = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const fence = /^(`{3,})(\S*)\s*(.*)$/.exec(line);
    if (fence !== null) {
      const end = lines.indexOf(fence[1]!, i + 1);
      if (end < 0) throw new Error(`${path}:${i + 1}: this block of code has no end`);
      blocks.push({ language: fence[2]!, info: fence[3]!, firstLine: i + 2, lines: lines.slice(i + 1, end) });
      i = end;
    }
    const heading = fence === null ? /^(#{1,6}) (.+)$/.exec(line) : null;
    if (heading !== null) headings.push({ level: heading[1]!.length, line: i + 1, anchor: anchorOf(heading[2]!, anchors) });
    const isRow = line.startsWith("|");
    if (isRow) {
      if (!inTable) tables.push([]);
      tables.at(-1)!.push(
        withoutCode(line)
          .replaceAll(String.raw`\|`, "")
          .split("|").length - 2,
      );
    }
    inTable = isRow;
    if (fence === null) links.push(...linksOf(line, i + 1));
  }
  return { path, headings, blocks, links, tables };
}

function linksOf(line: string, number: number): Link[] {
  return Array.from(withoutCode(line).matchAll(/\]\(([^()\s]+)\)/g), (match) => ({ target: match[1]!, line: number }));
}

function withoutCode(line: string): string {
  return line.replaceAll(/`[^`]*`/g, "``");
}

/** The anchor that GitHub gives a heading: lower case, no punctuation, hyphens for spaces, a number where it came before. */
function anchorOf(title: string, seen: Map<string, number>): string {
  const text = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim();
  const anchor = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
  const count = seen.get(anchor) ?? 0;
  seen.set(anchor, count + 1);
  return count === 0 ? anchor : `${anchor}-${count}`;
}
