import { classOf, compare, equal } from "./plain-order.js";
import type { PlainRecord } from "./plain-order.js";

/** A condition of a test, in the words of the public API: `{ verb: "between", path: ["age"], args: [1, 5] }`. */
export type Spec =
  | { readonly verb: Verb; readonly path: readonly string[]; readonly args: readonly unknown[] }
  | { readonly all: readonly Spec[] }
  | { readonly any: readonly Spec[] }
  | { readonly not: Spec };

export type Verb = keyof typeof meanings;

/** What a value of a field must be like, by verb; written from the specification, without the product's evaluator, order and LIKE. */
const meanings = {
  eq: (value: unknown, wanted: unknown) => equal(value, wanted),
  ne: (value: unknown, wanted: unknown) => !equal(value, wanted),
  lt: (value: unknown, bound: unknown) => comparable(value, bound) && compare(value, bound) < 0,
  lte: (value: unknown, bound: unknown) => comparable(value, bound) && compare(value, bound) <= 0,
  gt: (value: unknown, bound: unknown) => comparable(value, bound) && compare(value, bound) > 0,
  gte: (value: unknown, bound: unknown) => comparable(value, bound) && compare(value, bound) >= 0,
  between: (value: unknown, low: unknown, high: unknown) =>
    comparable(value, low) && comparable(value, high) && compare(value, low) >= 0 && compare(value, high) <= 0,
  in: (value: unknown, list: unknown) => (list as unknown[]).some((wanted) => equal(value, wanted)),
  notIn: (value: unknown, list: unknown) => !(list as unknown[]).some((wanted) => equal(value, wanted)),
  isNull: (value: unknown) => classOf(value) === "none",
  isNotNull: (value: unknown) => classOf(value) !== "none",
  startsWith: onText((text, part) => text.slice(0, part.length) === part),
  endsWith: onText((text, part) => part === "" || text.slice(-part.length) === part),
  contains: (value: unknown, wanted: unknown) =>
    typeof value === "string" ? typeof wanted === "string" && value.indexOf(wanted) >= 0 : hasElement(value, (item) => equal(item, wanted)),
  iequals: onText((text, part) => lower(text) === lower(part)),
  istartsWith: onText((text, part) => lower(text).slice(0, lower(part).length) === lower(part)),
  iendsWith: onText((text, part) => part === "" || lower(text).slice(-lower(part).length) === lower(part)),
  icontains: (value: unknown, wanted: unknown) =>
    typeof value === "string"
      ? lower(value).indexOf(lower(wanted as string)) >= 0
      : hasElement(value, (item) => typeof item === "string" && lower(item) === lower(wanted as string)),
  like: (value: unknown, pattern: unknown, options?: unknown) =>
    typeof value === "string" && like(pattern as string, options, value, false),
  ilike: (value: unknown, pattern: unknown, options?: unknown) =>
    typeof value === "string" && like(pattern as string, options, value, true),
  matches: (value: unknown, expression: unknown) => typeof value === "string" && new RegExp(expression as RegExp).test(value),
};

/** Whether a condition is true of a record. */
export function holds(spec: Spec, record: PlainRecord): boolean {
  if ("all" in spec) return spec.all.every((inner) => holds(inner, record));
  if ("any" in spec) return spec.any.some((inner) => holds(inner, record));
  if ("not" in spec) return !holds(spec.not, record);
  const meaning: (value: unknown, ...args: readonly unknown[]) => boolean = meanings[spec.verb];
  return meaning(valueAt(record, spec.path), ...spec.args);
}

/** What a record has at a path; undefined where there is nothing. */
export function valueAt(record: PlainRecord, path: readonly string[]): unknown {
  let value: unknown = record;
  for (const name of path) {
    if (classOf(value) !== "object" || !Object.hasOwn(value as object, name)) return undefined;
    value = (value as PlainRecord)[name];
  }
  return value;
}

function comparable(value: unknown, bound: unknown): boolean {
  return classOf(value) === classOf(bound) && !Number.isNaN(value) && !Number.isNaN(bound);
}

function onText(meaning: (text: string, part: string) => boolean): (value: unknown, part: unknown) => boolean {
  return (value, part) => typeof value === "string" && meaning(value, part as string);
}

function hasElement(value: unknown, test: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.some(test);
}

function lower(text: string): string {
  return text.toLowerCase();
}

function like(pattern: string, options: unknown, text: string, ignoreCase: boolean): boolean {
  const escape = (options as { escape?: string } | undefined)?.escape;
  const fold = ignoreCase ? lower : (part: string) => part;
  const parts: (string | null | undefined)[] = []; // null: any characters; undefined: one character
  const characters = Array.from(pattern);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === escape) parts.push(...Array.from(fold(characters[++i]!)));
    else if (character === "%") parts.push(null);
    else if (character === "_") parts.push(undefined);
    else parts.push(...Array.from(fold(character)));
  }
  return matchesFrom(parts, 0, Array.from(fold(text)), 0, new Map());
}

function matchesFrom(
  parts: readonly (string | null | undefined)[],
  i: number,
  text: readonly string[],
  j: number,
  known: Map<number, boolean>,
): boolean {
  if (i === parts.length) return j === text.length;
  const place = i * (text.length + 1) + j;
  let answer = known.get(place);
  if (answer === undefined) {
    const part = parts[i];
    const one = j < text.length && (part === undefined || part === null || part === text[j]);
    answer =
      part === null
        ? matchesFrom(parts, i + 1, text, j, known) || (one && matchesFrom(parts, i, text, j + 1, known))
        : one && matchesFrom(parts, i + 1, text, j + 1, known);
    known.set(place, answer);
  }
  return answer;
}
