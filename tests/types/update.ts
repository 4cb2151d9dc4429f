import { unset } from "dictdb";
import type { Changes, Insert, ReadonlyRecord, Unset, UpsertResult } from "dictdb";
import { z } from "zod";
import { db, notes, person, users, type User } from "./fixtures.js";
import { typeOf } from "./type-of.js";

const f = users.fields;

// insert: one or several
typeOf(users.insert({ ...person })).is<number>();
typeOf(users.insert({ ...person, id: 7 })).is<number>();
typeOf(users.insert([{ ...person }, { ...person, id: 7 }], { batchSize: 10, skipValidation: true })).is<number[]>();
declare const oneOrSeveral: Insert<User> | Insert<User>[];
typeOf(users.insert(oneOrSeveral)).is<number | number[]>();
// @ts-expect-error -- a required field is missing
users.insert({ name: "x" });
// @ts-expect-error -- no field has this name
users.insert({ ...person, nmae: "x" });
// @ts-expect-error -- no field has this name, in one of several
users.insert([{ ...person }, { ...person, nmae: "x" }]);
// @ts-expect-error -- ages are numbers
users.insert({ ...person, age: "3" });
// @ts-expect-error -- a key is absent or given, never null
users.insert({ ...person, id: null });
// @ts-expect-error -- an option that does not exist
users.insert([{ ...person }], { batchsize: 10 });

// what is inserted is copied, so read-only records and values will do
users.insert(users.select({ copy: false }));
users.insert(users.get(1, { copy: false, mustMatch: true }));
users.insert({ ...person, tags: ["a", "b"] as const });
const draft: Insert<User> = { ...person };
draft.name = "x";
users.insert(draft);

// upsert: one or several
typeOf(users.upsert({ ...person, id: 1 })).is<UpsertResult<number>>();
typeOf(users.upsert({ ...person }, { onConflict: "replace" }).key).is<number>();
typeOf(users.upsert({ ...person }, { onConflict: "ignore" }).action).is<"inserted" | "updated" | "ignored">();
typeOf(users.upsert([{ ...person }, { ...person, id: 2 }], { onConflict: "error" })).is<UpsertResult<number>[]>();
typeOf(users.upsert([{ ...person }], { onConflict: "update" })[0]!.action).is<"inserted" | "updated" | "ignored">();
typeOf(users.upsert(oneOrSeveral)).is<UpsertResult<number> | UpsertResult<number>[]>();
// @ts-expect-error -- no such way to resolve a conflict
users.upsert({ ...person }, { onConflict: "merge" });
// @ts-expect-error -- it may come to an insert, so the record must be whole
users.upsert({ id: 1, age: 3 });
// @ts-expect-error -- no field has this name, in one of several
users.upsert([{ ...person, nmae: "x" }]);

// update: by key, or those that match
typeOf(users.update({ dept: "HR" }, 1)).is<number>();
users.update({ dept: "HR" }, { where: f.age.gte(60), mustMatch: true });
users.update({ dept: "HR", age: 3 }, { where: { dept: "IT" } });
users.update({ dept: "HR" }, { where: (user) => user.age > 60 });
users.update({ address: users.get(1, { copy: false, mustMatch: true }).address ?? unset() }, 2);
const changes: Changes<User> = {};
changes.age = 3;
users.update(changes, 1);

// update: unset() removes an optional field, and undefined is refused, which may be a value that was never set
declare const maybe: string | undefined;
declare const patch: Partial<Omit<User, "id">>;
users.update({ tags: unset(), address: unset() }, { where: { id: 1 } });
users.update(patch, 1);
users.update({ ...patch, age: 3 }, 1);
users.update({ age: 3, ...(maybe === undefined ? {} : { name: maybe }) }, 1);
users.update(maybe === undefined ? {} : { name: maybe }, 1);
users.update(
  z
    .object({ name: z.string(), tags: z.array(z.string()) })
    .partial()
    .parse({}),
  1,
);
// @ts-expect-error -- undefined removes nothing
users.update({ tags: undefined }, 1);
// @ts-expect-error -- undefined removes nothing, of a required field either
users.update({ name: undefined }, 1);
// @ts-expect-error -- a name that may never have been set
users.update({ age: 3, name: maybe }, 1);
// @ts-expect-error -- tags that may be absent
users.update({ tags: users.get(1, { copy: false, mustMatch: true }).tags }, 2);
// @ts-expect-error -- a required field cannot be removed
users.update({ name: unset() }, 1);
// @ts-expect-error -- a field that may be null is required, too
users.update({ born: unset() }, 1);
// @ts-expect-error -- the key cannot be removed
users.update({ id: unset() }, 1);
// @ts-expect-error -- there is nothing to remove from what is new
users.insert({ ...person, tags: unset() });
// @ts-expect-error -- nor from what may be new
users.upsert({ ...person, tags: unset() });
// @ts-expect-error -- it is no value
users.select({ where: { tags: unset() } });
typeOf(unset()).is<Unset>();

// @ts-expect-error -- a key cannot be changed
users.update({ id: 3 }, 1);
// @ts-expect-error -- no field has this name
users.update({ dpt: "x" }, 1);
// @ts-expect-error -- ages are numbers
users.update({ age: "3" }, 1);
// @ts-expect-error -- keys are numbers
users.update({ age: 3 }, "1");
// @ts-expect-error -- the target must be given
users.update({ age: 3 });
// @ts-expect-error -- undefined is no target
users.update({ age: 3 }, undefined);
// @ts-expect-error -- undefined does not mean all
users.update({ age: 3 }, { where: undefined });
// @ts-expect-error -- which ones, must be said
users.update({ age: 3 }, { mustMatch: true });
// @ts-expect-error -- a shorthand stands under `where`
users.update({ age: 3 }, { dept: "IT" });

// update: computed from each record
users.update((user) => ({ age: user.age + 1 }), { where: { dept: "IT" } });
users.update((user) => ({ age: user.age + 1, ...(user.tags ? { tags: [...user.tags, "x"] } : {}) }), 1);
users.update((user) => (user.age > 3 ? { age: 3 } : { dept: "x" }), 1);
users.update((user) => {
  if (user.age > 3) return { role: "admin" };
  return {};
}, 1);
users.update((user) => ({ ...user, age: 3 }), 1);
users.update((user) => ({ parent: user.parent ?? unset(), tags: unset() }), 1);
users.update((user) => {
  typeOf(user).is<ReadonlyRecord<User>>();
  return { tags: unset() };
}, 1);
// @ts-expect-error -- undefined removes nothing
users.update(() => ({ tags: undefined }), 1);
// @ts-expect-error -- tags that may be absent
users.update((user) => ({ tags: user.tags }), 1);
// @ts-expect-error -- a name that may never have been set
users.update(() => ({ age: 3, name: maybe }), 1);
// @ts-expect-error -- a required field cannot be removed
users.update(() => ({ name: unset() }), 1);
// @ts-expect-error -- ages are numbers
users.update(() => ({ age: "x" }), 1);
// @ts-expect-error -- no field has this name
users.update(() => ({ agee: 3 }), 1);
// @ts-expect-error -- no field has this name
users.update((user) => ({ agee: 3, age: user.age }), 1);
// @ts-expect-error -- changes are computed at once
users.update(async (user) => ({ age: user.age }), 1);
// @ts-expect-error -- no such role
users.update(() => ({ role: "root" }), 1);
users.update((user) => {
  // @ts-expect-error -- the record is not changed in place
  user.age = 3;
  return {};
}, 1);

// delete
typeOf(users.delete(1)).is<number>();
typeOf(users.delete({ where: { dept: "IT" }, mustMatch: true })).is<number>();
typeOf(users.clear()).is<number>();
// @ts-expect-error -- the target must be given
users.delete();
// @ts-expect-error -- undefined is no target
users.delete(undefined);
// @ts-expect-error -- undefined does not mean all
users.delete({ where: undefined });
// @ts-expect-error -- keys are numbers
users.delete("5");
// @ts-expect-error -- a shorthand stands under `where`
users.delete({ dept: "x" });

// unions of records
type Shape = { id: number; kind: "circle"; r: number } | { id: number; kind: "square"; side: number };
const shapes = db.createTable<Shape>("shapes");
shapes.insert({ kind: "circle", r: 1 });
shapes.insert([{ kind: "square", side: 1 }]);
shapes.update({ r: 3 }, { where: { kind: "circle" } });
// @ts-expect-error -- a circle has no side
shapes.insert({ kind: "circle", side: 1 });

// record types that are read-only themselves
interface Frozen {
  readonly id: number;
  readonly tags: readonly string[];
}
const frozen = db.createTable<Frozen>("frozen");
frozen.insert({ tags: [] });
frozen.update({ tags: ["x"] }, 1);
frozen.fields.tags.contains("x");

// records of any kind
notes.insert({ anything: 1 });
notes.upsert([{ anything: 1 }]);
notes.update({ anything: 2 }, { where: { anything: 1 } });
notes.update((note) => ({ count: note.count + 1 }), { where: notes.fields.count.gt(3) });
