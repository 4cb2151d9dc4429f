import { inCell, toMarkdown } from "./comment.mjs";
import { codeOf } from "./entry.mjs";
import { helpersOf, mentioned } from "./surface.mjs";

/** A page of the reference as Markdown. */
export function pageText(page, context) {
  const { entries } = page;
  const [title] = page[context.language];
  const helpers = helpersOf(
    entries.flatMap(({ declarations }) => declarations),
    context.surface,
  );
  const parts = [
    `# ${title}`,
    ...entries.flatMap((entry) => entryParts(entry, context)),
    ...(helpers.size === 0 ? [] : [`## ${context.words.helpers}`, context.words.helpersNote]),
    ...Array.from(helpers.values(), (declarations) => block(declarations.map(({ node, file }) => codeOf(node, file)).join("\n"))),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What a method's heading says. */
export function methodHeading({ name }) {
  return name === "constructor" ? name : `${name}()`;
}

/** A table, unless it would be empty. */
export function table(head, rows) {
  if (rows.length === 0) return "";
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function entryParts({ name, signatures, properties, methods, declarations }, context) {
  const { words, linkOf } = context;
  const others = [...new Set(declarations.flatMap(({ node }) => [...mentioned(node)]))].filter((other) => other !== name);
  const links = others.filter((other) => linkOf(other) !== undefined).map((other) => `[\`${other}\`](${linkOf(other)})`);
  const rows = properties.map(({ name: property, type, doc }) => [
    `\`${property}\``,
    `\`${inCell(type)}\``,
    inCell(toMarkdown(doc.text, linkOf)),
  ]);
  return [
    `## ${name}`,
    ...signatures.flatMap((signature) => signatureParts(signature, context)),
    ...(links.length === 0 ? [] : [`${words.mentions} ${links.join(", ")}.`]),
    ...(rows.length === 0 ? [] : [table([words.property, words.type, words.meaning], rows)]),
    ...methods.flatMap((method) => [
      `### ${methodHeading(method)}`,
      ...method.signatures.flatMap((signature) => signatureParts(signature, context)),
    ]),
  ];
}

function signatureParts({ code, doc }, { words, linkOf }) {
  const text = (markdown) => toMarkdown(markdown, linkOf);
  const thrown = doc.throws.map((line) => {
    const [, name, rest] = /^(\w*)(.*)$/s.exec(line);
    return `- ${linkOf(name) === undefined ? text(line) : `[${name}](${linkOf(name)})${text(rest)}`}`;
  });
  return [
    ...(doc.text === "" ? [] : [text(doc.text)]),
    block(code),
    ...(doc.params.length === 0
      ? []
      : [`**${words.params}**`, doc.params.map(({ name, meaning }) => `- \`${name}\`: ${text(meaning)}`).join("\n")]),
    ...(doc.returns === "" ? [] : [`**${words.returns}** ${text(doc.returns)}`]),
    ...(thrown.length === 0 ? [] : [`**${words.throws}**`, thrown.join("\n")]),
  ];
}

function block(code) {
  return `\`\`\`ts\n${code}\n\`\`\``;
}
