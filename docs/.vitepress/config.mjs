import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { followLinks } from "./links.mjs";
import { anchorOf, englishOnly, languages, leadHome, pathOf, sidebarOf, sourceFolder } from "./pages.mjs";
import { searchWords, themeWords } from "./words.mjs";

const { english, french } = languages;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#3451b2"/><path d="M9 7v18M9 8h6a8 8 0 0 1 0 16H9" fill="none" stroke="#fff" stroke-width="4"/></svg>`;

/** Pages become components, which import vue; they lie outside of the folder that has it. */
const resolveVueHere = {
  name: "resolve-vue-here",
  enforce: "pre",
  // Neither are the packages found that would be bundled ahead for the development server; they are modules that need no bundling.
  config: {
    order: "post",
    handler(config) {
      config.optimizeDeps.include = [];
    },
  },
  resolveId(source, importer) {
    return importer?.endsWith(".md") && /^vue(?:\/|$)/.test(source)
      ? this.resolve(source, fileURLToPath(import.meta.url), { skipSelf: true })
      : undefined;
  },
};

export default defineConfig({
  title: "DictDB",
  srcDir: sourceFolder,
  srcExclude: ["README.md", "tests/**", "src/**"],
  outDir: `${sourceFolder}/dist/site`,
  cacheDir: "node_modules/.cache",
  rewrites: pathOf,
  cleanUrls: true,
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  buildEnd: ({ outDir }) => leadHome(outDir),
  locales: {
    root: {
      label: english.label,
      lang: "en",
      description: "A database inside your Node.js process",
      themeConfig: themeWords.en,
    },
    // Named by its folder: the search tells the languages by where the files are.
    [french.folder]: {
      label: french.label,
      lang: "fr",
      description: "Une base de données à l’intérieur de votre processus Node.js",
      themeConfig: themeWords.fr,
    },
  },
  markdown: {
    // The pages hold no HTML; a "<" in their text is one.
    html: false,
    anchor: { slugify: anchorOf },
    config: followLinks,
  },
  themeConfig: {
    englishOnly,
    outline: { level: [2, 3] },
    sidebar: { "/": sidebarOf(english), [`/${french.folder}/`]: sidebarOf(french) },
    search: {
      provider: "local",
      options: {
        locales: { [french.folder]: searchWords.fr },
        // "cle" finds "clé". The function is sent to the browser as text, so it may use nothing from here.
        miniSearch: { options: { processTerm: (term) => term.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "") } },
      },
    },
  },
  vite: {
    plugins: [resolveVueHere],
    server: { watch: { ignored: ["**/dist/**", "**/bench/node_modules/**"] } },
  },
});
