// Opens every page of the built site in a browser, in the width of a desk and of a phone, takes pictures, and checks what only a browser can tell.
// The last line counts the pages; the exit code is 1 where something is wrong.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { serve } from "vitepress";
import { englishOnly, languages, sourceFolder } from "../pages.mjs";
import { startBrowser } from "./browser.mjs";
import { checkLinks, checkSearch, checkSwitch, checkWidth } from "./checks.mjs";

const site = join(sourceFolder, "dist/site");
const pictures = join(sourceFolder, "dist/site-pictures");
const port = 4173;
const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true },
};

const redirects = new Set(englishOnly.map((path) => `/${languages.french.path}${path.slice(1)}`));
const paths = readdirSync(site, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".html") && file !== "404.html")
  .map((file) => `/${file.replaceAll("\\", "/").replace(/(?:index)?\.html$/, "")}`)
  .filter((path) => !redirects.has(path))
  .sort();
if (paths.length === 0) throw new Error(`no pages in ${site}: run "npm run docs" first`);

const problems = [];
rmSync(pictures, { recursive: true, force: true });
const server = await serve({ root: join(sourceFolder, "docs"), port });
const browser = await startBrowser();
const address = `http://localhost:${port}`;
try {
  const anchors = new Map();
  const links = [];
  for (const [screen, options] of Object.entries(screens)) {
    const page = await openTab(options);
    for (const path of paths) {
      page.place = `${path} on the ${screen}`;
      await page.goto(address + path, { waitUntil: "networkidle" });
      await page.evaluate(() => document.fonts.ready);
      const file = join(pictures, screen, `${path === "/" ? "index" : path.replace(/\/$/, "/index")}.png`);
      mkdirSync(dirname(file), { recursive: true });
      await page.screenshot({ path: file, fullPage: true });
      problems.push(...(await checkWidth(page)));
      if (screen !== "desktop") continue;
      anchors.set(path, new Set(await page.evaluate(() => Array.from(document.querySelectorAll("[id]"), ({ id }) => id))));
      links.push(...(await page.evaluate(() => Array.from(document.links, ({ href }) => href))).map((href) => ({ path, href })));
      problems.push(...(await checkSwitch(page, path, paths)));
    }
    await page.context().close();
  }
  for (const path of redirects) anchors.set(path, new Set());
  problems.push(...checkLinks(links, anchors, address));
  const page = await openTab(screens.desktop);
  for (const [path, word] of [
    ["/", "primary key"],
    [`/${languages.french.path}`, "clé primaire"],
    [`/${languages.french.path}`, "schema"],
  ]) {
    page.place = `the search of ${path}`;
    await page.goto(address + path, { waitUntil: "networkidle" });
    problems.push(...(await checkSearch(page, word)));
  }
} finally {
  await browser.close();
  server.server.close();
}

for (const problem of new Set(problems)) console.log(problem);
console.log(
  `${paths.length} pages, ${paths.length * Object.keys(screens).length} pictures in ${pictures}, ${new Set(problems).size} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

/** A tab that notes what goes wrong in it. */
async function openTab(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const note = (what) => problems.push(`${page.place}: ${what}`);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") note(`the console says: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`an error: ${error.message}`));
  page.on("requestfailed", (request) => {
    // What was fetched ahead is given up when the page changes.
    if (request.failure()?.errorText !== "net::ERR_ABORTED")
      note(`could not be loaded: ${request.url()} (${request.failure()?.errorText})`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) note(`${response.status()} for ${response.url()}`);
    if (!response.url().startsWith(address)) note(`asks another server: ${response.url()}`);
  });
  return page;
}
