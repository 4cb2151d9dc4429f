import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts a browser without a window. It is looked for where systems put it, or named by the variable CHROMIUM. */
export function startBrowser() {
  const executablePath = findBrowser() ?? installBrowser();
  // Each start gets a new folder for its user's data; the flags keep it from asking anything of the network or of a graphics card.
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
  ];
  return chromium.launch({ executablePath, args });
}

function findBrowser() {
  return process.env.CHROMIUM ?? places.find((path) => existsSync(path));
}

function installBrowser() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error(`no browser in ${places.join(", ")}: install Chromium, or name one with CHROMIUM=/path/to/it`);
  }
  const apt = (...args) => execFileSync("apt-get", args, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  apt("update", "-q");
  apt("install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-dejavu-core");
  return findBrowser();
}
