/**
 * What an example says of one of its statements, in a comment behind it or below it:
 *
 *     users.get(1)?.name; // => "Ada"
 *     const key = users.insert(ada); // => 1
 *     users.insert(ada);
 *     // throws DUPLICATE_KEY: insert(): table "users" has a record with key 1 already
 *
 * Values are compared deeply and strictly. A value may go on in comments on the next lines until its brackets are closed; a message may go on in
 * comments that are indented further.
 */
export type Claim = EqualClaim | ThrowClaim;

interface Claimed {
  /** The first and the last line of the statement that the claim is about, counted from the block's start. */
  readonly from: number;
  readonly to: number;
  /** The first and the last line on which the claim stands. */
  readonly line: number;
  readonly end: number;
}

export interface EqualClaim extends Claimed {
  readonly kind: "equal";
  /** The expected value, as source. */
  readonly expected: string;
}

export interface ThrowClaim extends Claimed {
  readonly kind: "throws";
  /** The error's code, or its name where it has no code. */
  readonly code: string;
  /** The whole message; undefined where none is claimed. */
  readonly message: string | undefined;
}

const claimStart = /^(.*?)\/\/ (=>|throws) (.*)$/;

/** Whether a line makes a claim. Said apart from {@link readClaims}, so that a claim which that one passes over is missed. */
export function hasClaim(line: string): boolean {
  return line.includes("// => ") || line.includes("// throws ");
}

/** Reads the claims in a block of code, which must be formatted. */
export function readClaims(lines: readonly string[]): Claim[] {
  const claims: Claim[] = [];
  for (let line = 0; line < lines.length; line++) {
    const match = claimStart.exec(lines[line]!);
    if (match === null) continue;
    const to = match[1]!.trim() === "" ? line - 1 : line;
    if (to < 0) throw new Error("a claim stands above the first statement");
    const place = { from: statementStart(lines, to), to, line, end: line };
    const rest = commentsBelow(lines, line);
    claims.push(match[2] === "=>" ? equalClaim(place, match[3]!, rest) : throwClaim(place, match[3]!, rest));
  }
  return claims;
}

/**
 * The line on which the statement begins that ends on another one. Formatted code tells it by indentation: what a statement spans is indented
 * further than its first line, or begins with what closes a bracket.
 */
function statementStart(lines: readonly string[], end: number): number {
  let start = end;
  let indent = indentOf(lines[end]!);
  for (;;) {
    const text = lines[start]!.trim();
    const goesOn = /^[.?:&|]/.test(text);
    if (!goesOn && !/^[}\])]/.test(text)) return start;
    do start--;
    while (start >= 0 && (lines[start]!.trim() === "" || (goesOn ? indentOf(lines[start]!) >= indent : indentOf(lines[start]!) > indent)));
    if (start < 0) throw new Error(`nothing begins the statement that ends with: ${lines[end]}`);
    indent = indentOf(lines[start]!);
  }
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function commentsBelow(lines: readonly string[], line: number): string[] {
  const found: string[] = [];
  for (let i = line + 1; i < lines.length; i++) {
    const comment = /^\s*\/\/(.*)$/.exec(lines[i]!);
    if (comment === null || hasClaim(lines[i]!)) break;
    found.push(comment[1]!);
  }
  return found;
}

function equalClaim(place: Claimed, first: string, rest: readonly string[]): EqualClaim {
  let expected = first;
  let more = 0;
  while (depthOf(expected) > 0) {
    if (more >= rest.length) throw new Error(`this value has no end: ${first}`);
    expected += `\n${rest[more++]}`;
  }
  return { ...place, end: place.line + more, kind: "equal", expected };
}

/** How many brackets are left open. */
function depthOf(source: string): number {
  const code = source.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  return code.replaceAll(/[^([{]/g, "").length - code.replaceAll(/[^)\]}]/g, "").length;
}

function throwClaim(place: Claimed, text: string, rest: readonly string[]): ThrowClaim {
  const match = /^(\w+)(?:: (.+))?$/.exec(text);
  if (match === null) throw new Error(`"throws ${text}" names no code`);
  const end = rest.findIndex((line) => !line.startsWith("   "));
  const more = rest.slice(0, end < 0 ? rest.length : end).map((line) => line.trim());
  const message = match[2] === undefined ? undefined : [match[2], ...more].join(" ");
  return { ...place, end: place.line + more.length, kind: "throws", code: match[1]!, message };
}
