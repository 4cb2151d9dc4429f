import { readFileSync } from "node:fs";
import { dirname, posix, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { sourceFolder } from "../pages.mjs";

const files = new Map();

/** A parsed file of the sources, by its path from the project's folder. */
export function sourceFile(path) {
  let file = files.get(path);
  if (file === undefined) files.set(path, (file = new SourceFile(path)));
  return file;
}

/** What a file declares, exports and imports, by name, with the comments that belong to it. */
export class SourceFile {
  /** Declarations by name. A name may have several: overloads, or a type and a value. */
  declarations = new Map();
  /** Where a name that is not declared here comes from. */
  origins = new Map();
  /** Names that are exported, in order. */
  exported = [];
  #text;
  #comments;

  constructor(path) {
    this.path = path;
    this.#text = readFileSync(resolve(sourceFolder, path), "utf8");
    const { program, comments, errors } = parseSync(path, this.#text);
    if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
    this.#comments = comments;
    for (const statement of program.body) this.#read(statement);
  }

  #read(statement) {
    const { type, source, declaration } = statement;
    if (type === "ImportDeclaration") {
      for (const { local, imported } of statement.specifiers) {
        if (imported !== undefined) this.#addOrigin(local.name, source.value, imported.name);
      }
    } else if (type === "ExportAllDeclaration") {
      const file = sourceFile(this.#pathOf(source.value));
      for (const name of file.exported) {
        this.#addOrigin(name, source.value, name);
        this.exported.push(name);
      }
    } else if (type === "ExportNamedDeclaration" && source !== null) {
      for (const { local, exported } of statement.specifiers) {
        this.#addOrigin(exported.name, source.value, local.name);
        this.exported.push(exported.name);
      }
    } else if (type === "ExportNamedDeclaration") {
      for (const name of this.#declare(declaration, statement)) if (!this.exported.includes(name)) this.exported.push(name);
    } else {
      this.#declare(statement, statement);
    }
  }

  /** Notes a declaration, and where the statement begins that its comment stands in front of. */
  #declare(node, statement) {
    const named = node.type === "VariableDeclaration" ? node.declarations.map(({ id }) => id) : [node.id];
    const names = named.flatMap((id) => (id?.type === "Identifier" ? [id.name] : []));
    for (const name of names) {
      const known = this.declarations.get(name);
      if (known === undefined) this.declarations.set(name, [{ node, statement, file: this }]);
      else known.push({ node, statement, file: this });
    }
    return names;
  }

  #addOrigin(name, source, original) {
    if (source.startsWith(".")) this.origins.set(name, { path: this.#pathOf(source), name: original });
  }

  #pathOf(source) {
    return posix.join(dirname(this.path), source.replace(/\.js$/, ".ts"));
  }

  /** The declarations behind a name, wherever they are; none for what is not the project's own. */
  resolve(name) {
    const own = this.declarations.get(name);
    const origin = this.origins.get(name);
    if (own !== undefined || origin === undefined) return own ?? [];
    return sourceFile(origin.path).resolve(origin.name);
  }

  /** The source between two positions, without indentation that all of its lines share. */
  text(start, end) {
    const column = start - (this.#text.lastIndexOf("\n", start - 1) + 1);
    const lines = this.#text.slice(start, end).split("\n");
    return lines.map((line) => (line.slice(0, column).trim() === "" ? line.slice(column) : line)).join("\n");
  }

  /** The text of the comment for readers that stands in front of a node; undefined without one. */
  comment(node) {
    let end = node.start;
    for (const comment of this.#comments.filter((one) => one.end <= node.start).toReversed()) {
      if (this.#text.slice(comment.end, end).trim() !== "") return undefined;
      if (comment.type === "Block" && comment.value.startsWith("*")) return bodyOf(comment.value);
      end = comment.start;
    }
    return undefined;
  }

  /** The source without comments about the linter, which say nothing to a reader. */
  code(start, end) {
    return this.text(start, end)
      .split("\n")
      .filter((line) => !/^\s*(?:\/\/|\/\*) oxlint-/.test(line))
      .join("\n");
  }
}

function bodyOf(comment) {
  return comment
    .slice(1)
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}
