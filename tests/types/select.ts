/* oxlint-disable typescript/no-explicit-any -- the fields of an untyped table are `any` */
import type { Explanation, ReadonlyRecord, SelectOptions } from "dictdb";
import { notes, users, type User } from "./fixtures.js";
import { typeOf } from "./type-of.js";

// whole records
typeOf(users.all()).is<User[]>();
typeOf(users.select()).is<User[]>();
typeOf(users.select({ where: { dept: "IT", age: 30, born: null }, orderBy: "-age", distinct: true })).is<User[]>();
typeOf(users.select({ orderBy: ["dept", "-age"], limit: 3, offset: 2 })).is<User[]>();
typeOf(users.size).is<number>();
typeOf(users.name).is<string>();

// columns
typeOf(users.select({ columns: ["name"] })).is<{ name: string }[]>();
typeOf(users.select({ columns: ["name", "tags"], orderBy: ["dept", "-age"], limit: 3 })).is<{ name: string; tags?: string[] }[]>();
typeOf(users.select({ columns: { who: "name", team: "dept", tags: "tags" } })).is<
  { who: string; team: string; tags: string[] | undefined }[]
>();
typeOf(users.select({ columns: ["id", "name"] as const })).is<{ id: number; name: string }[]>();
const chosen: ("name" | "age")[] = ["name"];
typeOf(users.select({ columns: chosen })).is<{ name?: string; age?: number }[]>();
const oneColumn = (column: keyof User) => users.select({ columns: [column] });
oneColumn("name");
typeOf(users.columns()).is<(keyof User)[]>();
// @ts-expect-error -- no field has this name
users.select({ columns: ["nam"] });
// @ts-expect-error -- no field has this name
users.select({ columns: { who: "nam" } });

// order
const sorted = (column: keyof User, descending: boolean) => users.select({ orderBy: descending ? `-${column}` : column });
typeOf(sorted("age", true)).is<User[]>();
users.select({ orderBy: [users.fields.address.city.desc(), "name", users.fields.age.asc()] });
users.select({ orderBy: users.fields.address.geo.lat.asc() });
// @ts-expect-error -- no field has this name
users.select({ orderBy: "-agee" });
// @ts-expect-error -- a nested field is given as a field, not as a string
users.select({ orderBy: "address.city" });
// @ts-expect-error -- a field alone does not say in which direction
users.select({ orderBy: users.fields.age });

// copies, or the stored records themselves
const stored = users.select({ copy: false });
typeOf(stored).is<ReadonlyRecord<User>[]>();
// @ts-expect-error -- stored records are read-only
stored[0]!.name = "x";
// @ts-expect-error -- all the way down
stored[0]!.tags!.push("x");
// @ts-expect-error -- all the way down
stored[0]!.address!.geo.lat = 1;
typeOf(users.select({ columns: ["name", "tags"], copy: false })).is<ReadonlyRecord<{ name: string; tags?: string[] }>[]>();
declare const copy: boolean;
typeOf(users.select({ copy })).is<ReadonlyRecord<User>[]>();

// one record
typeOf(users.get(1)).is<User | undefined>();
typeOf(users.get(1, { mustMatch: true })).is<User>();
typeOf(users.get(1, { copy: false })).is<ReadonlyRecord<User> | undefined>();
typeOf(users.get(1, { copy: false, mustMatch: true })).is<ReadonlyRecord<User>>();
// @ts-expect-error -- stored records are read-only
users.get(1, { copy: false, mustMatch: true }).name = "x";
// @ts-expect-error -- without mustMatch there may be none
users.get(1).name.trim();
typeOf(users.first({ where: { dept: "IT" }, orderBy: "-age" })).is<User | undefined>();
typeOf(users.first({ columns: ["name"] })).is<{ name: string } | undefined>();
typeOf(users.first()).is<User | undefined>();

// one at a time
for (const user of users.iterate()) typeOf(user).is<User>();
for (const row of users.iterate({ columns: ["name"], where: { ok: true }, orderBy: "-age" })) typeOf(row).is<{ name: string }>();
for (const user of users.iterate({ copy: false })) typeOf(user).is<ReadonlyRecord<User>>();

// how many
typeOf(users.count()).is<number>();
users.count({ dept: "IT" });
users.count(users.fields.age.gt(3));
// @ts-expect-error -- no field has this name
users.count({ dpt: "IT" });

// how it is done
typeOf(users.explain({ where: { dept: "IT" }, orderBy: "age" })).is<Explanation>();
typeOf(users.explain().access).is<"key" | "index" | "union" | "scan">();
typeOf(users.explain().index).is<string | null>();
typeOf(users.explain().order).is<"index" | "sort" | "none">();
typeOf(users.explain().candidates + users.explain().matched).is<number>();
// @ts-expect-error -- an option that does not exist
users.explain({ wher: { dept: "IT" } });

// options that were made elsewhere
const options: SelectOptions<User> = { limit: 3, where: { age: 3 } };
typeOf(users.select(options)).is<User[]>();
users.explain(options);
options.limit = 5;
// @ts-expect-error -- an option that does not exist
users.select({ wher: { age: 30 } });
// @ts-expect-error -- a limit is a number
users.select({ limit: "3" });

// records of any kind
typeOf(notes.select({ columns: ["text"], orderBy: "-text" })[0]!.text).is<any>();
typeOf(notes.select({ columns: { body: "text" } })[0]!.body).is<any>();
typeOf(notes.get(1)!.anything).is<any>();
