import { sourceFile } from "./source-file.mjs";

/** Everything that the package exports, by name, in the order of `src/index.ts`. */
export function readSurface() {
  const index = sourceFile("src/index.ts");
  return new Map(index.exported.map((name) => [name, index.resolve(name)]));
}

/** The names of types that a declaration mentions, in order. */
export function mentioned(node, names = new Set()) {
  if (Array.isArray(node)) {
    for (const child of node) mentioned(child, names);
  } else if (typeof node?.type === "string") {
    if (node.type === "TSTypeReference" && node.typeName.type === "Identifier") names.add(node.typeName.name);
    if (node.type === "TSInterfaceHeritage" || node.type === "TSClassImplements") names.add(node.expression.name);
    if (node.type === "TSTypeQuery" && node.exprName.type === "Identifier") names.add(node.exprName.name);
    if (node.type === "ClassDeclaration" && node.superClass?.type === "Identifier") names.add(node.superClass.name);
    // What a body mentions, or a private member, concerns no caller.
    const isInside = node.type === "BlockStatement" || node.key?.type === "PrivateIdentifier";
    if (!isInside) for (const child of Object.values(node)) mentioned(child, names);
  }
  return names;
}

/** The types that public declarations mention without being public themselves, by name: what a reader needs to follow them to the end. */
export function helpersOf(declarations, surface) {
  const found = new Map();
  const visit = ({ node, file }) => {
    for (const name of mentioned(node)) {
      const behind = file.resolve(name);
      if (surface.has(name) || found.has(name) || behind.length === 0) continue;
      found.set(name, behind);
      behind.forEach(visit);
    }
  };
  declarations.forEach(visit);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
