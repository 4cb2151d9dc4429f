import { compileRun, type LikeRun } from "./like-run.js";
import { anyOne, parseLike, type Run, textOf } from "./like-pattern.js";

/**
 * A function that tells whether a text matches a SQL LIKE pattern: `%` stands for any characters or none, `_` for exactly one.
 *
 * A character is a Unicode code point, so `_` takes the whole of an emoji that is one; a lone surrogate is a character of its own. There is
 * no escape character unless `escape` names one; it makes a `%`, a `_` or itself ordinary.
 *
 * `ignoreCase` compares `toLowerCase()` of both sides. Hence `_` counts the characters of the lowered text, of which there can be more than
 * of the text itself ("İ" becomes two), and "ß" is not "SS".
 *
 * No text and no pattern can make it back-track: the first place of each run between two `%` is as good as any later one, since whatever
 * follows has the more text left. Time is linear in the text for usual patterns; O(text × longest run / 32) whatever the pattern; O(1) for a text
 * that is shorter than the pattern's own characters.
 *
 * @throws InvalidArgumentError when `escape` is not one character, or stands before anything but `%`, `_` or itself
 */
export function compileLike(pattern: string, escape: string | undefined, ignoreCase: boolean): (text: string) => boolean {
  const runs = parseLike(pattern, escape, ignoreCase ? "ilike()" : "like()");
  if (!ignoreCase) return matcher(runs);
  // Only now, because a lowered escape character would be another one.
  const matches = matcher(runs.map(lowered));
  return (text) => matches(text.toLowerCase());
}

function matcher(runs: readonly Run[]): (text: string) => boolean {
  const [first, ...others] = runs.map(compileRun) as [LikeRun, ...LikeRun[]];
  const last = others.pop();
  // How long a text must be for all runs to fit into it, and what of that is left from each run on: a shorter text is not looked at.
  const { all, from } = leastLengths(runs);
  if (last === undefined) return (text) => text.length >= all && first.startOf(text) === text.length;
  return (text) => {
    if (text.length < all) return false;
    let at = first.startOf(text);
    if (at < 0) return false;
    const end = last.endOf(text);
    if (end < at) return false;
    for (const [i, run] of others.entries()) {
      if (text.length - at < from[i + 1]!) return false;
      at = run.find(text, at);
      if (at < 0 || at > end) return false;
    }
    return true;
  };
}

/** How many code units the texts of all runs have at least, and those of each run together with what follows it. */
function leastLengths(runs: readonly Run[]): { readonly all: number; readonly from: readonly number[] } {
  const from: number[] = [];
  let all = 0;
  for (let i = runs.length - 1; i >= 0; i--) {
    for (const character of runs[i]!) all += character > 0xffff ? 2 : 1;
    from[i] = all;
  }
  return { all, from };
}

function lowered(run: Run): Run {
  const result: number[] = [];
  for (let from = 0; from <= run.length;) {
    const wildcard = run.indexOf(anyOne, from);
    const end = wildcard < 0 ? run.length : wildcard;
    for (const character of textOf(run.slice(from, end)).toLowerCase()) result.push(character.codePointAt(0) as number);
    if (wildcard >= 0) result.push(anyOne);
    from = end + 1;
  }
  return result;
}
