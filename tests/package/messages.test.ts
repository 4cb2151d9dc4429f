import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { projectFolder } from "../support/installed-package.js";

const head = `import { DictDB, unset } from "dictdb";
interface User { id: number; name: string; age: number; tags?: string[] }
interface Job { id: number; deep: { a: number }; run?: () => void }
interface Draft { id?: string; name: string; n: number }
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
  ...[
    `db.createTable("t", { schema: { name: "strng" } });`,
    `db.createTable("t", { primaryKey: "a", schema: { a: "string", name: "strng" } });`,
    `db.getTable("t", { schema: { name: "strng" } });`,
    `db.getTable<User>("t", { schema: { name: "strng" } });`,
    `db.createTable<User, "id">("t", { primaryKey: "id", schema: { name: "strng" } });`,
  ].map((program): [string, string, string] => [
    program,
    `Type '"strng"' is not assignable to type 'DescriptorOf<"name">`,
    `Did you mean '"string"'?`,
  ]),
  ...[
    `db.createTable<Job>("t");`,
    `db.createTable<Job>("t", { primaryKey: "id" });`,
    `db.createTable<Job, "id">("t", { primaryKey: "id" });`,
    `db.getTable<Job>("t");`,
    `db.getTable<Job, "id">("t", { replaceSchema: true });`,
    `db.snapshot().getTable<Job>("t");`,
    `void db.transaction((tx) => tx.getTable<Job>("t").count());`,
  ].map((program): [string, string, string] => [program, "Type 'Job' does not satisfy", `"field run cannot be stored: a function"`]),
  [
    `db.createTable<{ id: number; m: Map<string, Date> }>("t");`,
    "Type '{ id: number; m: Map<string, Date>; }' does not satisfy",
    `"field m cannot be stored: a Map"`,
  ],
  [
    `db.createTable<Draft>("t");`,
    `Argument of type '"t"' is not assignable`,
    `"field id cannot be left out: only keys that are numbers are assigned"`,
  ],
  [`db.createTable<{ no: string }>("t");`, `Argument of type '"t"' is not assignable`, `"there is no field id: name the primary key"`],
  [
    `db.createTable<Draft>("t", { primaryKey: "name" }).get(1);`,
    "Argument of type 'number' is not assignable to parameter of type 'string'",
    "'string'",
  ],
];

/** Where several overloads take a named record type, the compiler tells of the last one only. */
const lastOfSeveral: typeof programs = [
  [
    `db.createTable<User>("t", { schema: { name: "strng" } });`,
    "No overload matches",
    `type 'DescriptorOf<"name"> | undefined'. Did you mean '"string"'?`,
  ],
  [`db.createTable<User>("t", { primaryKey: "nam" });`, "No overload matches", `Did you mean '"name"'?`],
  [`db.createTable<Draft>("t", { ifNotExists: true });`, "No overload matches", "Property 'primaryKey' is missing"],
];

describe("what the compiler says of a bad program", () => {
  let output: string;
  beforeAll(async () => {
    const folder = join(projectFolder, "dist", "bad-programs");
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const compilerOptions = { strict: true, noEmit: true, module: "nodenext", target: "es2022", types: ["node"], skipLibCheck: true };
    const all = [...programs, ...lastOfSeveral];
    const files = all.map((_, i) => `${i}.ts`);
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    for (const [i, [program]] of all.entries()) await writeFile(join(folder, `${i}.ts`), head + program);
    const compiler = join(projectFolder, "node_modules", "typescript", "bin", "tsc");
    output = await new Promise((resolve) => {
      execFile(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { cwd: folder }, (_error, stdout) => resolve(stdout));
    });
  }, 60_000);

  /** The lines of what is said of a program, which is one error. */
  function said(i: number): string[] {
    const lines = output.split("\n");
    const start = lines.findIndex((line) => line.startsWith(`${i}.ts(`));
    const end = lines.findIndex((line, at) => at > start && !line.startsWith(" "));
    expect(lines.filter((line) => line.startsWith(`${i}.ts(`))).toEqual([expect.stringContaining(`${i}.ts(${head.split("\n").length},`)]);
    return lines.slice(start, end);
  }

  it.each(programs.map(([program, first, last], i) => [program, i, first, last] as const))("%s", (_program, i, first, last) => {
    const lines = said(i);
    expect(lines[0]).toContain(`: ${first}`);
    expect(lines.at(-1)).toContain(last);
    expect(lines.join("\n")).not.toContain("overload");
  });

  it.each(lastOfSeveral.map(([program, first, last], i) => [program, programs.length + i, first, last] as const))(
    "%s",
    (_program, i, first, last) => {
      const lines = said(i);
      expect(lines[0]).toContain(`: ${first}`);
      expect(lines[1]).toBe("  The last overload gave the following error.");
      expect(lines.at(-1)).toContain(last);
    },
  );
});
