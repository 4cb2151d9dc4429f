import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** The text of each source file by its path below the source folder, with `/` between its parts. */
export type Sources = ReadonlyMap<string, string>;

/** Folders and top-level files, lowest floor first. */
export type Floors = readonly (readonly string[])[];

/** Reads every TypeScript file below a folder. */
export function readSources(folder: URL): Sources {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
  return new Map(
    paths
      .filter((path) => path.endsWith(".ts"))
      .toSorted()
      .map((path) => [path, readFileSync(new URL(path, folder), "utf8")]),
  );
}

/** Lists every place where the sources break a rule of the house, in words that name the file and the rule. */
export function breaches(sources: Sources, floors: Floors): string[] {
  const imports = new Map([...sources].map(([path, text]) => [path, importsOf(path, text)]));
  return [
    ...[...sources].flatMap(([path, text]) => [...badNames(path), ...badText(path, text)]),
    ...[...imports].flatMap(([path, targets]) => targets.flatMap((target) => badImport(path, target, sources, floors))),
    ...[...sources.keys()].filter((path) => floorOf(path, floors) === -1).map((path) => `${path}: stands on no floor`),
    ...cycles(imports),
  ];
}

/**
 * The source files that a file needs. Any string that is a relative path to a module counts, so `import`, `import type`, `export from`, `import()`,
 * `require()` and `new URL()` are all seen, in whatever layout; comments that fill their lines are left out because examples stand there.
 */
function importsOf(path: string, text: string): string[] {
  const code = text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const specifiers = [...code.matchAll(/(["'`])(\.{1,2}\/[^"'`\n]*)\.js\1/g)].map((match) => match[2] ?? "");
  return specifiers.map((specifier) => `${posix.join(posix.dirname(path), specifier)}.ts`);
}

function badImport(path: string, target: string, sources: Sources, floors: Floors): string[] {
  if (!sources.has(target)) return [`${path}: imports ${target}, which is not a source file`];
  if (place(path) === place(target) || floorOf(target, floors) < floorOf(path, floors)) return [];
  return [`${path}: imports ${target}, which does not stand on a lower floor`];
}

/** What stands on a floor: a folder, or a file that is in none. */
function place(path: string): string {
  return path.split("/", 1)[0] ?? path;
}

function floorOf(path: string, floors: Floors): number {
  return floors.findIndex((floor) => floor.includes(place(path)));
}

function badNames(path: string): string[] {
  const names = path.replace(/\.ts$/, "").split("/");
  return [
    ...names.filter((name) => !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)).map((name) => `${path}: ${name} is not in kebab-case`),
    ...names
      .filter((name) => /\b(?:utils?|helpers?|misc)\b/i.test(name))
      .map((name) => `${path}: ${name} says nothing about what is inside`),
  ];
}

function badText(path: string, text: string): string[] {
  const lines = text.replace(/\n$/, "").split("\n").length;
  return [
    ...(lines > 400 ? [`${path}: has ${lines} lines, more than 400`] : []),
    ...(/^\s*export\s+default\b|\bexport\s*\{[^}]*\bdefault\b/m.test(text) ? [`${path}: has a default export`] : []),
  ];
}

/** One line for each cycle that a walk along the imports runs into. */
function cycles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const walk = (path: string): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt !== -1) found.push(`${[...trail.slice(seenAt), path].join(" -> ")}: import each other`);
    if (seenAt !== -1 || done.has(path)) return;
    trail.push(path);
    for (const target of imports.get(path) ?? []) walk(target);
    trail.pop();
    done.add(path);
  };
  for (const path of imports.keys()) walk(path);
  return found;
}
