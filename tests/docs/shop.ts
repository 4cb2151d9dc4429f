import { dirname, join } from "node:path";
import { pageAt } from "./pages.js";
import { programsOf } from "./program.js";
import { compile } from "./run-programs.js";

/** A change to one of the page's modules that a reader might make as well, and must not. */
export interface Mistake {
  /** This text, which is there once, */
  readonly instead: string;
  /** becomes that one. */
  readonly written: string;
}

/**
 * Builds the shop of the page about production from the page itself, once as it stands there and once with each of the mistakes.
 * @param name names the run; it has a folder of its own
 * @returns the scripts that start the services, in this order
 */
export async function buildShops(name: string, mistakes: readonly Mistake[]): Promise<string[]> {
  const modules = programsOf(pageAt("docs/examples/production.md")).filter(({ isModule }) => isModule);
  const service = modules.find(({ file }) => file.endsWith("/service.ts"))!;
  const shops = [undefined, ...mistakes].map((mistake, i) => {
    const programs = modules.map(({ file, source }) => ({ file: join(`shop-${i}`, file), source: withMistake(source, mistake) }));
    const changed = programs.filter(({ source }, j) => source !== modules[j]!.source).length;
    if (changed !== (mistake === undefined ? 0 : 1)) throw new Error(`${changed} modules of the page have "${mistake?.instead}"`);
    return { programs, script: join(`shop-${i}`, dirname(service.file), "service.js") };
  });
  const { folder, output } = await compile(
    name,
    shops.flatMap(({ programs }) => programs),
  );
  if (output !== "") throw new Error(output);
  return shops.map(({ script }) => join(folder, script));
}

function withMistake(source: string, mistake: Mistake | undefined): string {
  return mistake === undefined ? source : source.replace(mistake.instead, () => mistake.written);
}
