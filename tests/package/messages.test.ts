import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { projectFolder } from "../support/installed-package.js";

const head = `import { DictDB, unset } from "dictdb";
interface User { id: number; name: string; age: number; tags?: string[] }
declare const maybe: string | undefined;
const db = new DictDB();
const users = db.createTable<User>("users");
`;

/** Bad programs, and what the compiler says first and last of each. */
const programs: readonly (readonly [program: string, first: string, last: string])[] = [
  [`users.insert({ name: "x" });`, "Argument of type '{ name: string; }' is not assignable", "Property 'age' is missing"],
  [
    `users.insert([{ name: "x" }]);`,
    "Type '{ name: string; }' is not assignable to type 'Insert<User, \"id\">'",
    "Property 'age' is missing",
  ],
  [`users.upsert({ id: 1, name: "x" });`, "Argument of type '{ id: number; name: string; }'", "Property 'age' is missing"],
  [`users.insert({ name: "x", age: "3" });`, "Type 'string' is not assignable to type 'number'", "Type 'string'"],
  [
    `users.insert({ name: "x", age: 3, nmae: 1 });`,
    "Object literal may only specify known properties, and 'nmae' does not exist",
    "'nmae'",
  ],
  [`users.update({ tags: undefined }, 1);`, "Type 'undefined' is not assignable to type 'never'", "Type 'undefined'"],
  [`users.update({ name: maybe }, 1);`, "Type 'string | undefined' is not assignable to type 'string'", "Type 'undefined'"],
  [`users.update({ name: unset() }, 1);`, "Type 'Unset' is not assignable to type 'string'", "Type 'Unset'"],
];

describe("what the compiler says of a bad program", () => {
  let output: string;
  beforeAll(async () => {
    const folder = join(projectFolder, "dist", "bad-programs");
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const compilerOptions = { strict: true, noEmit: true, module: "nodenext", target: "es2022", types: ["node"], skipLibCheck: true };
    const files = programs.map((_, i) => `${i}.ts`);
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    for (const [i, [program]] of programs.entries()) await writeFile(join(folder, `${i}.ts`), head + program);
    const compiler = join(projectFolder, "node_modules", "typescript", "bin", "tsc");
    output = await new Promise((resolve) => {
      execFile(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { cwd: folder }, (_error, stdout) => resolve(stdout));
    });
  }, 60_000);

  it.each(programs.map(([program, first, last], i) => [program, i, first, last] as const))("%s", (_program, i, first, last) => {
    const lines = output.split("\n");
    const start = lines.findIndex((line) => line.startsWith(`${i}.ts(6,`));
    expect(output).toContain(`${i}.ts(6,`);
    const end = lines.findIndex((line, at) => at > start && !line.startsWith(" "));
    expect(lines[start]).toContain(`: ${first}`);
    expect(lines.slice(start, end).at(-1)).toContain(last);
    expect(lines.slice(start, end).join("\n")).not.toContain("overload");
  });
});
