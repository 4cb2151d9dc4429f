import { refuse } from "../base/arguments.js";
import { describe } from "../base/describe.js";
import { InvalidArgumentError } from "../base/errors.js";

/** In a run: any one character. */
export const anyOne = -1;

/** What stands between two `%`: code points to be matched one by one, `anyOne` for a `_`. */
export type Run = readonly number[];

/**
 * A LIKE pattern split at its `%`, escapes resolved: one run when it has none, else the text begins with the first run, ends with the last
 * one and has the others in between in this order. Only the first and the last can be empty.
 *
 * @throws InvalidArgumentError when `escape` is not one character, or stands before anything but `%`, `_` or itself
 */
export function parseLike(pattern: string, escape: string | undefined, where: string): readonly Run[] {
  if (typeof pattern !== "string") refuse(where, "pattern", "a string", pattern);
  if (escape !== undefined && (typeof escape !== "string" || !/^.$/su.test(escape))) refuse(where, "escape", "one character", escape);

  const runs: number[][] = [];
  let run: number[] = [];
  let escaped = false;
  for (const character of pattern) {
    if (escaped) {
      if (character !== "%" && character !== "_" && character !== escape) refuseEscape(where, pattern, escape, describe(character));
      escaped = false;
    } else if (character === escape) {
      escaped = true;
      continue;
    } else if (character === "_") {
      run.push(anyOne);
      continue;
    } else if (character === "%") {
      // `%%` is `%`: an empty run in the middle asks for nothing.
      if (run.length > 0 || runs.length === 0) runs.push(run);
      run = [];
      continue;
    }
    run.push(character.codePointAt(0) as number);
  }
  if (escaped) refuseEscape(where, pattern, escape, "the end of the pattern");
  runs.push(run);
  return runs;
}

function refuseEscape(where: string, pattern: string, escape: string | undefined, found: string): never {
  const sign = describe(escape);
  const expected = `%, _ or another ${sign} after the escape character ${sign}`;
  throw new InvalidArgumentError(`${where}: pattern must have ${expected}, received ${found} in ${describe(pattern)}`, {
    argument: "pattern",
    expected,
    received: found,
  });
}

/** What every text that matches a LIKE pattern begins with. */
export interface LikePrefix {
  /** The pattern's literal text before its first wildcard. */
  readonly prefix: string;
  /** The pattern has no wildcard: `prefix` is the only text that matches. */
  readonly exact: boolean;
  /** A `%` is all that follows: every text that begins with `prefix` matches. */
  readonly rest: boolean;
}

/**
 * What an index can tell about a LIKE pattern. Holds for `like` only: `ilike` matches texts that begin otherwise.
 *
 * @throws InvalidArgumentError for what {@link parseLike} refuses
 */
export function likePrefix(pattern: string, escape: string | undefined): LikePrefix {
  const runs = parseLike(pattern, escape, "like()");
  const first = runs[0] as Run;
  const wildcard = first.indexOf(anyOne);
  const prefix = textOf(wildcard < 0 ? first : first.slice(0, wildcard));
  const oneRest = wildcard < 0 && runs.length === 2 && runs[1]?.length === 0;
  // A text may begin with the same code unit and yet with another character: with a whole pair where the pattern has half of one.
  const halfPair = /[\ud800-\udbff]$/.test(prefix);
  return { prefix, exact: wildcard < 0 && runs.length === 1, rest: oneRest && !halfPair };
}

/** The text of a run without wildcards. */
export function textOf(codePoints: readonly number[]): string {
  // In slices, because each code point is an argument and calls have a limit of those.
  let text = "";
  for (let from = 0; from < codePoints.length; from += 4096) text += String.fromCodePoint(...codePoints.slice(from, from + 4096));
  return text;
}
