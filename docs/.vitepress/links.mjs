import { posix, relative } from "node:path";
import { linkTo, sourceFolder } from "./pages.mjs";

/**
 * Makes the links of a page, which lead from file to file of the project, lead from page to page of the site. A link to a file that is no page
 * becomes its text: the site shows pages, the rest is in the project.
 */
export function followLinks(md) {
  // Marks for programs, such as those around what the benchmark writes.
  md.core.ruler.before("block", "no-marks", (state) => {
    state.src = state.src.replaceAll(/^<!--.*-->$/gm, "");
  });
  md.core.ruler.push("follow-links", ({ tokens, env }) => {
    const page = relative(sourceFolder, env.realPath ?? env.path).replaceAll("\\", "/");
    for (const token of tokens) {
      if (token.type === "inline") token.children = token.children.filter(keepLink(page));
    }
  });
}

/** Whether a token of a line stays; it is asked of each in order, and turns links on the way. */
function keepLink(page) {
  let dropsEnd = false;
  return (token) => {
    if (token.type === "link_close") return !dropsEnd;
    const href = token.type === "link_open" ? token.attrGet("href") : null;
    if (href === null) return true;
    dropsEnd = false;
    if (/^[a-z]+:|^#/.test(href)) return true;
    const [file, anchor] = href.split("#");
    const link = linkTo(posix.join(posix.dirname(page), decodeURI(file)));
    dropsEnd = link === undefined;
    if (link !== undefined) token.attrSet("href", anchor === undefined ? link : `${link}#${anchor}`);
    return !dropsEnd;
  };
}
