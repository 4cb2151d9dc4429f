/** Takes a comment apart: its text, and what its tags say. */
export function readComment(comment) {
  const doc = { text: "", params: [], returns: "", throws: [] };
  for (const part of (comment ?? "").split(/^(?=@\w)/m)) {
    const [, tag, rest] = /^(?:@(\w+)\s*)?(.*)$/s.exec(part.trim());
    if (tag === undefined) doc.text = rest;
    else if (tag === "param") doc.params.push(readParam(rest));
    else if (tag === "returns") doc.returns = rest;
    else if (tag === "throws") doc.throws.push(rest);
    else throw new Error(`the reference has no place for @${tag}: ${rest}`);
  }
  return doc;
}

function readParam(text) {
  const [, name, meaning] = /^(\S+)\s+(.*)$/s.exec(text);
  return { name, meaning };
}

/** The first sentence of a text: what a list says of each name. */
export function firstSentence(text) {
  const paragraph = oneLine(text.split("\n\n")[0]);
  return /^.*?[.!?](?= |$)/.exec(paragraph)?.[0] ?? paragraph.replace(/:$/, ".");
}

/** Text on a single line. */
export function oneLine(text) {
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}

/**
 * Text of a comment as Markdown: references become links, and what would be HTML is said to be text.
 * @param linkOf answers the link to a public name, undefined for any other
 */
export function toMarkdown(text, linkOf) {
  return text
    .split(/(\{@link [^}]+\}|`[^`]*`)/)
    .map((part) => {
      const reference = /^\{@link ([^}|\s]+)(?:[|\s]+([^}]+))?\}$/.exec(part);
      if (reference === null) return part.startsWith("`") ? part : part.replaceAll("<", String.raw`\<`);
      const [, name, shown] = reference;
      const link = linkOf(name.split(".")[0]);
      const code = `\`${shown ?? name}\``;
      return link === undefined ? code : `[${code}](${link})`;
    })
    .join("");
}

/** Text that stands in a table's cell. */
export function inCell(text) {
  return oneLine(text).replaceAll("|", String.raw`\|`);
}
