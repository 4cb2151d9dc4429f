import { beforeAll, describe, expect, it } from "@jest/globals";
import { allPages } from "./pages.js";
import { programsOf } from "./program.js";
import { problemsOf } from "./run-programs.js";

const minute = 60_000;
const pages = allPages();
const programs = pages.flatMap((page) => programsOf(page));
let problems: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  problems = await problemsOf("pages", programs);
}, 2 * minute);

describe("the examples", () => {
  it.each(programs.map(({ page }) => page).filter((page, i, all) => all.indexOf(page) === i))(
    "of %s compile, run and say what happens",
    (page) => {
      expect(problems.get(page)).toEqual([]);
    },
  );

  it("are in the README and in most pages, and make claims", () => {
    const claiming = new Set(programs.filter(({ claims }) => claims.length > 0).map(({ page }) => page));
    expect([...claiming]).toContain("README.md");
    expect(claiming.size).toBeGreaterThan(pages.length * 0.8);
  });
});
