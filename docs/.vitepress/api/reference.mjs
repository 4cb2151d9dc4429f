import { anchorOf } from "../pages.mjs";
import { firstSentence, inCell, toMarkdown } from "./comment.mjs";
import { entryOf } from "./entry.mjs";
import { methodHeading, pageText, table } from "./page-text.mjs";
import { readSurface } from "./surface.mjs";
import { labels, referencePages } from "./words.mjs";

/** The pages of the reference in one language, "en" or "fr": their texts by file name. */
export function writeReference(language) {
  const surface = readSurface();
  const pages = pagesOf(surface);
  const context = { language, surface, words: labels[language], linkOf: linksTo(pages, language) };
  return new Map([["index.md", indexOf(pages, context)], ...pages.map((page) => [`${page.name}.md`, pageText(page, context)])]);
}

function pagesOf(surface) {
  const pages = referencePages.map((page) => ({ ...page, entries: [] }));
  for (const [name, declarations] of surface) {
    const { path } = declarations[0].file;
    const page = pages.find(({ sources }) => sources.some((source) => path.startsWith(source)));
    if (page === undefined) throw new Error(`no page takes ${name} of ${path}: see words.mjs`);
    page.entries.push(entryOf(name, declarations));
  }
  // What is called comes before the types that it takes and gives.
  for (const { entries } of pages) entries.sort((a, b) => Number(isCalled(b)) - Number(isCalled(a)));
  // The order in which a reader meets them, which is not the order in which they are looked for.
  const order = [
    "database",
    "tables",
    "queries",
    "conditions",
    "schemas",
    "transactions",
    "locks",
    "events",
    "files",
    "backups",
    "errors",
    "values",
  ];
  return pages.filter(({ entries }) => entries.length > 0).sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

function isCalled({ methods, declarations: [{ node }] }) {
  return methods.length > 0 || node.type === "ClassDeclaration" || node.type.endsWith("Function") || node.type === "FunctionDeclaration";
}

/** Where each name is explained, as a link from any page of the reference: GitHub numbers headings that come again. */
function linksTo(pages, language) {
  const links = new Map();
  for (const {
    name: page,
    entries,
    [language]: [title],
  } of pages) {
    const seen = new Map();
    const anchor = (heading) => {
      const base = anchorOf(heading);
      const count = seen.get(base) ?? 0;
      seen.set(base, count + 1);
      return count === 0 ? base : `${base}-${count}`;
    };
    anchor(title);
    for (const { name, methods } of entries) {
      links.set(name, `${page}.md#${anchor(name)}`);
      for (const method of methods) anchor(methodHeading(method));
    }
  }
  return (name) => links.get(name);
}

function indexOf(pages, { language, words, linkOf }) {
  return (
    [
      `# ${words.title}`,
      ...words.intro,
      table(
        [words.page, words.contents],
        pages.map((page) => [`[${page[language][0]}](${page.name}.md)`, page[language][1]]),
      ),
      ...pages.flatMap((page) => [
        `## ${page[language][0]}`,
        table(
          [words.name, words.meaning],
          page.entries.map(({ name, signatures }) => {
            const { text } = signatures.find(({ doc }) => doc.text !== "")?.doc ?? { text: "" };
            return [`[\`${name}\`](${linkOf(name)})`, inCell(toMarkdown(firstSentence(text), linkOf))];
          }),
        ),
      ]),
    ].join("\n\n") + "\n"
  );
}
