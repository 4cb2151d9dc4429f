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
 * follows has the more text left. Time is linear in the text for usual patterns; O(text × longest run / 32) whatever the pattern.
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
  if (last === undefined) return (text) => first.startOf(text) === text.length;
  return (text) => {
    let at = first.startOf(text);
    if (at < 0) return false;
    const end = last.endOf(text);
    if (end < at) return false;
    for (const run of others) {
      at = run.find(text, at);
      if (at < 0 || at > end) return false;
    }
    return true;
  };
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
