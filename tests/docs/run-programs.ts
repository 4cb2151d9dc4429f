import { mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { projectFolder, run, runTool } from "../support/installed-package.js";
import { findingsMark } from "./findings.js";
import type { Findings } from "./findings.js";
import { programsFolder } from "./program.js";
import type { Program } from "./program.js";

const compilerOptions = {
  target: "es2022",
  lib: ["es2023", "esnext.disposable"],
  module: "nodenext",
  moduleResolution: "nodenext",
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  noEmitOnError: false,
  inlineSourceMap: true,
};

/**
 * Type-checks and runs programs, and answers everything that is wrong with them: by page, in lines such as
 * `docs/queries.md:57: the value is 2, not 3`. A page about which nothing can be said is missing.
 * @param name names the run; it has a folder of its own
 */
export async function problemsOf(name: string, programs: readonly Program[]): Promise<Map<string, string[]>> {
  const twice = programs.find(({ file }, i) => programs.findIndex((other) => other.file === file) !== i);
  if (twice !== undefined) throw new Error(`${twice.page}: another page has a module ${twice.file}`);
  const problems = new Map(programs.map(({ page }) => [page, [] as string[]]));
  const { folder, output } = await compile(name, programs);
  for (const { page, problem } of compilerProblems(output, programs)) problems.get(page)!.push(problem);
  const started = programs.filter(({ isModule }) => !isModule);
  await inParallel(started, async (program) => {
    problems.get(program.page)!.push(...(await runProgram(folder, program)));
  });
  return problems;
}

/**
 * Compiles programs, each with a `.js` beside it, and answers in which folder, and what the compiler says.
 * @param name names the run; it has a folder of its own
 */
export async function compile(
  name: string,
  programs: readonly Pick<Program, "file" | "source">[],
): Promise<{ folder: string; output: string }> {
  // Inside the project, so that "dictdb" is the project itself, and outside of what it publishes.
  const folder = join(projectFolder, "dist", programsFolder, name);
  await rm(folder, { recursive: true, force: true });
  await Promise.all([
    writeIn(folder, "tsconfig.json", JSON.stringify({ compilerOptions, files: programs.map(({ file }) => file) })),
    ...programs.map(({ file, source }) => writeIn(folder, file, source)),
  ]);
  const { output } = await runTool(folder, "typescript/bin/tsc", "-p", ".", "--pretty", "false");
  return { folder, output };
}

async function writeIn(folder: string, file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

function compilerProblems(output: string, programs: readonly Program[]): { page: string; problem: string }[] {
  const found: { page: string; problem: string }[] = [];
  for (const line of output.split("\n").filter((text) => text.trim() !== "")) {
    const match = /^(.+\.ts)\((\d+),\d+\): (.*)$/.exec(line);
    const program = programs.find(({ file }) => file === match?.[1]);
    const last = found.at(-1);
    if (program !== undefined) found.push({ page: program.page, problem: `${program.page}:${match![2]}: ${match![3]}` });
    else if (/^\s/.test(line) && last !== undefined) last.problem += ` ${line.trim()}`;
    else throw new Error(`the compiler says: ${output}`);
  }
  return found;
}

async function runProgram(folder: string, { page, file, claims }: Program): Promise<string[]> {
  const script = file.replace(/\.ts$/, ".js");
  const { exitCode, stdout, output } = await run(folder, process.execPath, "--enable-source-maps", script);
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (!last.startsWith(findingsMark)) return [`${page}: the program did not run: ${output}`];
  const { reached, wrong } = JSON.parse(last.slice(findingsMark.length)) as Findings;
  return [
    ...wrong.map(({ line, problem }) => `${page}:${line}: ${problem}`),
    ...(exitCode === 0 ? [] : [`${page}: the program ended with an error: ${output.replace(last, "").trim()}`]),
    ...claims.filter((line) => !reached.includes(line)).map((line) => `${page}:${line}: this claim was never looked at`),
  ];
}

/** Does some work for each item, for as many at a time as there are processors. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
