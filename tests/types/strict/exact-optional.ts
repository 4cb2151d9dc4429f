import { and, count, DictDB, unset, type SelectOptions, type Where } from "dictdb";
import { typeOf } from "../type-of.js";

interface User {
  id: number;
  name: string;
  age: number;
  dept: string;
  tags?: string[];
  address?: { city: string };
}

const db = new DictDB();
const users = db.createTable<User>("users");
const notes = db.createTable("notes");

// an option that is undefined is an option not given
declare const limit: number | undefined;
declare const where: Where<User> | undefined;
declare const orderBy: "age" | undefined;
declare const mustMatch: boolean | undefined;
typeOf(users.select({ limit, where, orderBy, offset: undefined, distinct: undefined, copy: undefined })).is<User[]>();
typeOf(users.select({ columns: undefined })).is<User[]>();
const options: SelectOptions<User> = { limit, where };
users.first(options);
users.count(where);
users.get(1, { copy: undefined });
users.delete({ where: { id: 1 }, mustMatch });
users.insert([{ name: "x", age: 1, dept: "y" }], { batchSize: limit, skipValidation: mustMatch });
users.upsert({ name: "x", age: 1, dept: "y" }, { onConflict: undefined });
users.aggregate({ n: count() }, { where, groupBy: "dept", having: undefined, orderBy: undefined, limit });
users.createIndex("dept", { type: undefined, unique: undefined, multi: undefined });
users.fields.name.like("a%", { escape: undefined });
db.createTable<User>("users", { primaryKey: undefined, ifNotExists: mustMatch, versionField: undefined, schema: undefined });
db.on("commit", () => undefined, { signal: undefined });
void new DictDB({ lockTimeoutMs: limit, freeze: mustMatch });

// unset() removes an optional field, undefined none
users.update({ tags: unset() }, { where: { id: 1 } });
users.update(() => ({ tags: unset() }), 1);
// @ts-expect-error -- undefined removes nothing
users.update({ tags: undefined }, { where: { id: 1 } });
// @ts-expect-error -- undefined removes nothing
users.update(() => ({ tags: undefined }), 1);
// @ts-expect-error -- a required field cannot be removed
users.update({ name: unset() }, { where: { id: 1 } });
// @ts-expect-error -- undefined removes nothing
users.update(() => ({ name: undefined }), 1);
// what a schema made partial yields
declare const patch: { name?: string | undefined; tags?: string[] | undefined };
users.update(patch, 1);
users.insert({ name: "x", age: 1, dept: "y" });

// undefined never widens what is reached
// @ts-expect-error -- undefined does not mean all
users.delete({ where });
// @ts-expect-error -- undefined does not mean any
users.delete({ where: { dept: undefined } });
// @ts-expect-error -- undefined does not mean any, of an optional field either
users.delete({ where: { tags: undefined } });
// @ts-expect-error -- undefined does not mean any
users.select({ where: { dept: undefined } });

// an absent key is left out or undefined
users.insert({ name: "x", age: 1, dept: "y" });
users.insert({ id: undefined, name: "x", age: 1, dept: "y" });
users.select({ where: { dept: "x" }, columns: ["name"] });

// records of any kind
notes.select({ where: notes.fields.age.gt(3) });
notes.select({ where: and(notes.field("age").gt(3), notes.field("x", "y").contains("z")) });
notes.insert({ anything: undefined });
