import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { publint } from "publint";
import { pageAt } from "../docs/pages.js";
import { InstalledPackage, projectFolder, run, runTool } from "../support/installed-package.js";

const minute = 60_000;
let installed: InstalledPackage;

beforeAll(async () => {
  installed = await InstalledPackage.create();
}, minute);

afterAll(() => installed.remove());

describe("the tarball", () => {
  it("holds the built library, its sources and its documentation, and nothing else", () => {
    const papers = /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|CONTRIBUTING\.md)$/;
    const documentation = /^(?:docs(?:-fr)?\/.+\.md|docs\/examples\/flights\/[^/]+\.ts|bench\/README\.md|bench\/results\/results\.\w+)$/;
    const library = /^(?:src\/.+\.ts|dist\/src\/.+\.(?:js|d\.ts)(?:\.map)?)$/;
    expect(installed.files.filter((path) => ![papers, documentation, library].some((kind) => kind.test(path)))).toEqual([]);
    expect(installed.files).toEqual(
      expect.arrayContaining(["package.json", "README.md", "LICENSE", "CHANGELOG.md", "dist/src/index.js", "src/index.ts"]),
    );
  });

  it("holds every file that a page for its users links to", () => {
    const pages = installed.files.filter((path) => /^(?:README|docs(?:-fr)?\/.*)\.md$/.test(path)).map(pageAt);
    const dead = pages.flatMap(({ path, links }) =>
      links
        .map(({ target }) => target.split("#")[0]!)
        .filter((target) => target !== "" && !/^[a-z]+:/.test(target))
        .map((target) => posix.join(posix.dirname(path), target))
        .filter((target) => !existsSync(join(installed.folder, target)))
        .map((target) => `${path} links to ${target}`),
    );
    expect(pages.length).toBeGreaterThan(50);
    expect(dead).toEqual([]);
  });

  it("holds the source that each map names", async () => {
    const maps = installed.files.filter((path) => path.endsWith(".map"));
    const sources = await Promise.all(
      maps.map(async (map) => {
        const { sources: named } = (await installed.readJson(map)) as { sources: string[] };
        return named.map((source) => join(installed.folder, dirname(map), source));
      }),
    );
    expect(maps.length).toBeGreaterThan(0);
    expect(sources.flat().filter((path) => !existsSync(path))).toEqual([]);
  });

  it("runs nothing when it is installed", async () => {
    const { scripts } = await installed.readJson("package.json");
    expect(Object.keys(scripts as object).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([]);
    expect(installed.files).not.toContain("binding.gyp");
  });

  it("satisfies publint", async () => {
    const { messages } = await publint({ pkgDir: installed.folder, strict: true, pack: false });
    expect(messages).toEqual([]);
  });

  it(
    "has types that every resolver of ES modules finds",
    async () => {
      const attw = await runTool(installed.consumer, "@arethetypeswrong/cli/dist/index.js", installed.tarball, "--profile", "esm-only");
      expect(attw).toMatchObject({ exitCode: 0 });
      expect(attw.output).toContain("node16 (from ESM)");
    },
    minute,
  );
});

describe("a JavaScript project", () => {
  // Runs as an ES module and as CommonJS: the two differ in the way to the package alone.
  const use = `
    const db = new dictdb.DictDB();
    const users = db.createTable("users");
    const key = users.insert({ name: "Ada" });
    const caught = (() => { try { users.insert({ id: key, name: "Bob" }); } catch (error) { return error; } })();
    import("dictdb").then(async (imported) => {
      const required = require("dictdb");
      console.log(JSON.stringify({
        record: users.get(key),
        sameClass: imported.DictDB === required.DictDB && required.DictDB === dictdb.DictDB,
        isInstance: db instanceof imported.DictDB && db instanceof required.DictDB,
        sameError: caught instanceof imported.DuplicateKeyError && caught instanceof required.DuplicateKeyError,
        recognised: dictdb.isDictDBError(caught, "DUPLICATE_KEY"),
      }));
      await db.close();
    });`;
  const expected = { record: { id: 1, name: "Ada" }, sameClass: true, isInstance: true, sameError: true, recognised: true };

  it.each([
    [
      "import",
      "use.mjs",
      `import * as dictdb from "dictdb"; import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`,
    ],
    ["require()", "use.cjs", `const dictdb = require("dictdb");`],
  ])("uses it through %s, with the same classes either way", async (_way, file, head) => {
    await installed.write(file, head + use);
    const { stdout, output } = await run(installed.consumer, process.execPath, file);
    expect(JSON.parse(stdout || JSON.stringify(output))).toEqual(expected);
  });

  it("reaches the exported names alone", async () => {
    await installed.write("inside.mjs", `import "dictdb/dist/src/base/errors.js";`);
    const { exitCode, output } = await run(installed.consumer, process.execPath, "inside.mjs");
    expect(exitCode).toBe(1);
    expect(output).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });
});

describe("a TypeScript project", () => {
  const use = `
    interface User { id: number; name: string; age?: number }
    const db = new DictDB();
    const users = db.createTable<User>("users");
    export const key: number = users.insert({ name: "Ada" });
    export const name: string | undefined = users.get(key)?.name;
    export const adults: User[] = users.select({ where: users.fields.age.gte(18) });
    // @ts-expect-error -- a name is a string, which only real types can tell
    users.insert({ name: 5 });`;
  const byImport = `import { DictDB } from "dictdb";${use}`;
  const byRequire = `import dictdb = require("dictdb");\nimport DictDB = dictdb.DictDB;${use}`;

  it.each<[string, Record<string, unknown>, Record<string, string>]>([
    [
      "nodenext",
      { module: "nodenext", moduleResolution: "nodenext" },
      { "by-import.mts": byImport, "by-import.cts": byImport, "by-require.cts": byRequire },
    ],
    ["bundler", { module: "preserve", moduleResolution: "bundler" }, { "bundled.ts": byImport }],
  ])(
    "compiles against it under %s",
    async (name, compilerOptions, files) => {
      const config = `tsconfig.${name}.json`;
      const options = { target: "es2022", lib: ["es2022"], strict: true, noEmit: true, skipLibCheck: false };
      const types = { types: ["node"], typeRoots: [join(projectFolder, "node_modules", "@types")] };
      await installed.write(
        config,
        JSON.stringify({ compilerOptions: { ...options, ...types, ...compilerOptions }, files: Object.keys(files) }),
      );
      await Promise.all(Object.entries(files).map(([file, text]) => installed.write(file, text)));
      const compiled = await runTool(installed.consumer, "typescript/bin/tsc", "-p", config);
      expect(compiled).toEqual({ exitCode: 0, stdout: "", output: "" });
    },
    minute,
  );
});
