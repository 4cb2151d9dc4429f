import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder: pages keep their places in it, so that their links are the same here and on GitHub. */
export const sourceFolder = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

export const languages = {
  english: { label: "English", folder: "docs", path: "" },
  french: { label: "Français", folder: "docs-fr", path: "docs-fr/" },
};

/** Pages beside the two trees, which exist in English alone, and what they are called on the site. */
const others = {
  "CHANGELOG.md": "changelog.md",
  "CONTRIBUTING.md": "contributing.md",
  "bench/README.md": "benchmark/index.md",
  "bench/results/results.md": "benchmark/results.md",
};

/** The paths of the site that have no French twin. */
export const englishOnly = Object.values(others).map((path) => `/${path.replace(/(?:index)?\.md$/, "")}`);

/** Writes what stands where such a page's twin would be, and leads to the first French page: the language switch knows no exceptions. */
export function leadHome(outFolder) {
  for (const path of englishOnly) {
    const file = join(outFolder, languages.french.path, path.endsWith("/") ? `${path}index.html` : `${path}.html`);
    const home = "../".repeat(path.split("/").length - 2) || "./";
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      `<!doctype html>\n<meta charset="utf-8" />\n<meta http-equiv="refresh" content="0; url=${home}" />\n<title>DictDB</title>\n`,
    );
  }
}

/** Where a page of the project is on the site; a README is its folder's first page there. */
export function pathOf(file) {
  if (Object.hasOwn(others, file)) return others[file];
  for (const { folder, path } of Object.values(languages)) {
    if (file.startsWith(`${folder}/`)) return path + file.slice(folder.length + 1).replace(/(?<=^|\/)README\.md$/, "index.md");
  }
  return file;
}

/** The place of a page on the site, as a link names it; undefined for what is no page. */
export function linkTo(file) {
  const isPage = file.endsWith(".md") && existsSync(join(sourceFolder, file)) && file !== "README.md";
  return isPage ? `/${pathOf(file).replace(/(?<=^|\/)index\.md$/, "")}` : undefined;
}

/** The anchor that GitHub gives a heading, so that one link serves here and there. */
export function anchorOf(title) {
  return title
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** What stands beside every page: the first page's links, under its headings. A folder's own first page brings its links along, folded up. */
export function sidebarOf({ folder }) {
  return linksOf(folder)
    .map(({ text, items }) => ({
      text,
      items: items.map((item) => {
        const inside = item.file.endsWith("/index.md") ? linksOf(posix.dirname(item.file)).flatMap((section) => section.items) : [];
        return inside.length === 0 ? item : { ...item, collapsed: true, items: inside };
      }),
    }))
    .filter(({ items }) => items.length > 0);
}

/** The links of a folder's first page to other pages, by heading. */
function linksOf(folder) {
  const sections = [{ text: "", items: [] }];
  for (const line of readFileSync(join(sourceFolder, folder, "index.md"), "utf8").split("\n")) {
    const heading = /^## (.+)$/.exec(line);
    if (heading) sections.push({ text: heading[1], items: [] });
    for (const [, text, target] of line.matchAll(/\[([^\]]+)\]\(([^()#:]+\.md)\)/g)) {
      const file = posix.join(folder, target);
      const link = linkTo(file);
      // Not what leads out of the folder, such as the way back.
      if (link !== undefined && file.startsWith(`${folder}/`)) sections.at(-1).items.push({ text: text.replaceAll("`", ""), link, file });
    }
  }
  return sections;
}
