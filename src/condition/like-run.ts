import { anyOne, type Run, textOf } from "./like-pattern.js";
import { ShiftAnd } from "./shift-and.js";

/** A run of a LIKE pattern, ready to be looked for. Positions are in code units, never inside a surrogate pair; -1 says "not there". */
export interface LikeRun {
  /** Where the run ends when the text begins with it. */
  startOf(text: string): number;
  /** Where the run begins when the text ends with it. */
  endOf(text: string): number;
  /**
   * Where the run's first occurrence in the text from `from` on ends. All occurrences are equally many characters, so none ends earlier.
   */
  find(text: string, from: number): number;
}

/** V8 searches literals fastest, but takes the product of both lengths at worst; beyond this length that would be noticed. */
const longLiteral = 1024;

/** Prepares a run of {@link parseLike}. */
export function compileRun(run: Run): LikeRun {
  if (run.length === 0) return emptyRun;
  return run.length <= longLiteral && run.every(isLiteral) ? literalRun(textOf(run)) : wildcardRun(run);
}

/** Not a wildcard, nor half of a surrogate pair: a search by code units would find that inside a whole pair. */
function isLiteral(character: number): boolean {
  return character !== anyOne && (character < 0xd800 || character > 0xdfff);
}

const emptyRun: LikeRun = { startOf: () => 0, endOf: (text) => text.length, find: (_text, from) => from };

/** A run without wildcards. */
function literalRun(literal: string): LikeRun {
  const { length } = literal;
  return {
    startOf: (text) => (text.startsWith(literal) ? length : -1),
    endOf: (text) => (text.endsWith(literal) ? text.length - length : -1),
    find(text, from) {
      const start = text.indexOf(literal, from);
      return start < 0 ? -1 : start + length;
    },
  };
}

/** Up to this length trying every place costs less than the automaton does. */
const shortRun = 64;

/** A run that may have wildcards, compared by code points. */
function wildcardRun(run: Run): LikeRun {
  let automaton: ShiftAnd | undefined;
  const head = literalHead(run);
  return {
    startOf: (text) => matchFrom(run, text, 0),
    endOf: (text) => matchBack(run, text),
    find(text, from) {
      if (run.length > shortRun) return (automaton ??= new ShiftAnd(run)).find(text, from);
      for (
        let start = text.indexOf(head, from);
        start >= 0 && start < text.length;
        start = text.indexOf(head, start + width(text, start))
      ) {
        const end = matchFrom(run, text, start);
        if (end >= 0) return end;
      }
      return -1;
    },
  };
}

/** What a run begins with that can be searched by code units: up to the first wildcard or half of a pair. Possibly nothing. */
function literalHead(run: Run): string {
  const end = run.findIndex((character) => !isLiteral(character));
  return textOf(end < 0 ? run : run.slice(0, end));
}

/** How many code units the character at a position takes. */
function width(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}

function matchFrom(run: Run, text: string, start: number): number {
  let at = start;
  for (const wanted of run) {
    const found = text.codePointAt(at);
    if (found === undefined || (wanted !== found && wanted !== anyOne)) return -1;
    at += found > 0xffff ? 2 : 1;
  }
  return at;
}

function matchBack(run: Run, text: string): number {
  let at = text.length;
  for (let i = run.length - 1; i >= 0; i--) {
    if (at === 0) return -1;
    const pair = at > 1 ? text.codePointAt(at - 2)! : 0;
    const found = pair > 0xffff ? pair : text.charCodeAt(at - 1);
    if (run[i] !== found && run[i] !== anyOne) return -1;
    at -= found > 0xffff ? 2 : 1;
  }
  return at;
}
