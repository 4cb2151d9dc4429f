import { englishOnly, languages } from "../pages.mjs";

const french = `/${languages.french.path}`;

/** The same page in the other language; of one in English alone, the first French page. */
function twinOf(path) {
  if (englishOnly.includes(path)) return french;
  return path.startsWith(french) ? path.slice(french.length - 1) : french + path.slice(1);
}

/** Nothing sticks out: what is wider than the screen scrolls inside of its own box, and the page itself does not scroll sideways. */
export async function checkWidth(page) {
  const { inner, scroll } = await page.evaluate(() => ({ inner: innerWidth, scroll: document.documentElement.scrollWidth }));
  return scroll > inner ? [`${page.place}: ${scroll} pixels wide on a screen of ${inner}`] : [];
}

/** The language switch leads to the same page in the other language. */
export async function checkSwitch(page, path, paths) {
  const twin = twinOf(path);
  await page.hover(".VPNavBarTranslations");
  await page.click(".VPNavBarTranslations .VPMenuLink a");
  await page.waitForURL((url) => url.pathname !== path);
  const { pathname } = new URL(page.url());
  if (pathname !== twin || !paths.includes(twin)) return [`${page.place}: the language switch leads to ${pathname}`];
  const language = twin.startsWith(french) ? "fr" : "en";
  try {
    await page.waitForFunction((expected) => document.documentElement.lang === expected, language, { timeout: 10_000 });
    return [];
  } catch {
    return [`${page.place}: the page behind the language switch is not in "${language}"`];
  }
}

/** Every link within the site leads to a page, and to a heading of it where it names one. */
export function checkLinks(links, anchors, address) {
  return links.flatMap(({ path, href }) => {
    const { origin, pathname, hash } = new URL(href);
    if (origin !== address) return [];
    const found = anchors.get(pathname);
    if (found === undefined) return [`${path}: there is no ${pathname}`];
    const id = decodeURIComponent(hash.slice(1));
    return id === "" || found.has(id) ? [] : [`${path}: ${pathname} has no heading "${id}"`];
  });
}

/** The search finds words, in the language of the page, and leads to where they are. */
export async function checkSearch(page, words) {
  const start = new URL(page.url()).pathname;
  await page.click(".VPNavBarSearchButton, .DocSearch-Button");
  await page.fill(".VPLocalSearchBox input", words);
  const results = page.locator(".VPLocalSearchBox .results .result");
  try {
    await results.first().waitFor({ timeout: 10_000 });
  } catch {
    return [`${page.place}: "${words}" is not found`];
  }
  await results.first().click();
  await page.waitForURL((url) => url.hash !== "" || url.pathname !== start);
  const { pathname } = new URL(page.url());
  if (!pathname.startsWith(start)) return [`${page.place}: leads to ${pathname}`];
  const [word] = words.split(" ");
  try {
    await page.waitForFunction((text) => document.querySelector("main")?.textContent.toLowerCase().includes(text), word, {
      timeout: 10_000,
    });
    return [];
  } catch {
    return [`${page.place}: "${word}" is not on ${pathname}`];
  }
}
