import { hasClaim, readClaims } from "./claims.js";
import type { Claim } from "./claims.js";
import type { CodeBlock, Page } from "./markdown.js";

/**
 * A TypeScript program made from the blocks of a page. Its lines are those of the page, so that whoever complains about a line of the one names
 * the line of the other.
 */
export interface Program {
  readonly page: string;
  /** The path of its file from the folder of all programs. */
  readonly file: string;
  readonly source: string;
  /** The lines of the page that make claims. */
  readonly claims: readonly number[];
  /** Whether it is only there for another program of the page, which imports it or starts it as a worker. */
  readonly isModule: boolean;
}

/** A block that is marked so behind its language is a program of its own; the others of a page are one program together. */
const alone = "alone";

/** A block that has the name of a file behind its language is a module of that name, beside the page's program. */
const moduleName = /^[a-z][a-z0-9-]*\.ts$/;

/** Where the programs are, from the folder of what is built: each run has a folder in it. */
export const programsFolder = "docs-blocks";

/** The programs of a page: its `ts` blocks in order, each block that stands alone, and each module. */
export function programsOf({ path, blocks }: Page): Program[] {
  const examples = blocks.filter(({ language }) => language === "ts");
  const shared = examples.filter(({ info }) => info === "");
  const separate = examples.filter(({ info }) => info === alone);
  const modules = examples.filter(({ info }) => moduleName.test(info));
  const unknown = examples.find(({ info }) => info !== "" && info !== alone && !moduleName.test(info));
  if (unknown !== undefined) {
    throw new Error(`${path}:${unknown.firstLine - 1}: "${unknown.info}" means nothing (known: ${alone}, the name of a file)`);
  }
  const name = path.replace(/\.md$/, "");
  return [
    ...(shared.length === 0 ? [] : [programOf(path, `${name}.ts`, shared)]),
    ...separate.map((block) => programOf(path, `${name}.${block.firstLine}.ts`, [block])),
    ...modules.map((block) => moduleOf(path, `${name.slice(0, name.lastIndexOf("/") + 1)}${block.info}`, block)),
  ];
}

/** Nothing looks at the claims of a module: it may run in another thread, or several times. */
function moduleOf(page: string, file: string, { lines, firstLine }: CodeBlock): Program {
  const claim = lines.findIndex(hasClaim);
  if (claim >= 0) throw new Error(`${page}:${firstLine + claim}: nobody looks at the claims of a module`);
  return { page, file, source: `${"\n".repeat(firstLine - 1)}${lines.join("\n")}\n`, claims: [], isModule: true };
}

function programOf(page: string, file: string, blocks: readonly CodeBlock[]): Program {
  const lines: string[] = [];
  const checks = `${"../".repeat(file.split("/").length + 1)}tests/docs/checks.js`;
  // No block begins on the first line of a page: its fence is above it.
  const specifier = JSON.stringify(checks);
  // The first import is for a page without claims, whose second one the compiler drops.
  lines[0] = `import ${specifier}; import { equal as $equal, rejects as $rejects, throws as $throws } from ${specifier};`;
  const claims: number[] = [];
  for (const block of blocks) {
    claims.push(...block.lines.flatMap((line, i) => (hasClaim(line) ? [block.firstLine + i] : [])));
    for (const [i, line] of withChecks(page, block).entries()) lines[block.firstLine - 1 + i] = line;
  }
  return { page, file, source: `${Array.from(lines, (line) => line ?? "").join("\n")}\n`, claims, isModule: false };
}

function withChecks(page: string, { lines, firstLine }: CodeBlock): string[] {
  const result = [...lines];
  try {
    for (const claim of readClaims(lines)) insertCheck(result, claim, firstLine + claim.line);
  } catch (error) {
    throw new Error(`${page}:${firstLine}: ${(error as Error).message}`, { cause: error });
  }
  return result;
}

function insertCheck(lines: string[], claim: Claim, line: number): void {
  const { from, to } = claim;
  // The comment of a claim goes, so that a check can stand behind the statement.
  if (claim.line === to) lines[to] = lines[to]!.replace(/\s*\/\/ (?:=>|throws) .*$/, "");
  const indent = /^\s*/.exec(lines[from]!)![0];
  const first = lines[from]!.slice(indent.length);
  if (claim.kind === "throws") {
    const [check, fn] = first.startsWith("await ") ? ["await $rejects", "async () =>"] : ["$throws", "() =>"];
    lines[from] = `${indent}${check}(${line}, ${fn} { ${first}`;
    lines[to] += ` }, ${JSON.stringify(claim.code)}, ${JSON.stringify(claim.message)});`;
    return;
  }
  const expected = claim.expected.replaceAll("\n", " ");
  const declared = /^(?:const|let) ([\w$]+)\b/.exec(first)?.[1];
  if (declared !== undefined) {
    lines[to] += ` $equal(${line}, ${declared}, (${expected}));`;
    return;
  }
  if (/^(?:const|let|for|if|function|return)\b/.test(first)) throw new Error(`"${first}" has no value that could be compared`);
  lines[from] = `${indent}$equal(${line}, ${first}`;
  lines[to] = lines[to]!.replace(/;$/, "") + `, (${expected}));`;
}
