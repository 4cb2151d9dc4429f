import type { IndexInfo, TableLock } from "dictdb";
import { notes, users, type User } from "./fixtures.js";
import { typeOf } from "./type-of.js";

users.createIndex("dept");
users.createIndex("age", { type: "sorted" });
users.createIndex(["dept", "age"], { type: "sorted", unique: true });
users.createIndex("tags", { multi: true });
users.createIndex(users.fields.address.city);
users.createIndex([users.fields.address.city, "age"], { type: "sorted" });
users.dropIndex(["dept", "age"]);
users.dropIndex(users.fields.age);
typeOf(users.hasIndex("dept")).is<boolean>();
typeOf(users.hasIndex(["dept", "age"])).is<boolean>();
typeOf(users.indexes()).is<IndexInfo[]>();
const { fields, type, unique, multi, entries } = users.indexes()[0]!;
typeOf(fields).is<readonly string[]>();
typeOf(type).is<"hash" | "sorted">();
typeOf(unique && multi).is<boolean>();
typeOf(entries).is<number>();
typeOf(users.indexedFields()).is<(keyof User)[]>();
typeOf(users.check()).is<void>();
// @ts-expect-error -- no field has this name
users.createIndex("nope");
// @ts-expect-error -- no field has this name
users.createIndex(["dept", "nope"]);
// @ts-expect-error -- a nested field is given as a field, not as a string
users.createIndex("address.city");
// @ts-expect-error -- no such type of index
users.createIndex("dept", { type: "btree" });
// @ts-expect-error -- an option that does not exist
users.createIndex("dept", { uniqe: true });
// @ts-expect-error -- no field has this name
users.dropIndex("nope");
// @ts-expect-error -- no field has this name
users.hasIndex("nope");

notes.createIndex("anything");
notes.createIndex([notes.fields.some.thing, "anything"]);

// the lock
typeOf(users.lock).is<TableLock>();
typeOf(await users.lock.write(async () => 3, { timeoutMs: 10, signal: AbortSignal.timeout(10) })).is<number>();
typeOf(await users.lock.read(() => "x")).is<string>();
typeOf(users.lock.tryWrite()).is<(() => void) | undefined>();
typeOf(users.lock.tryRead()).is<(() => void) | undefined>();
// @ts-expect-error -- durations end in Ms
await users.lock.read(() => 3, { timeout: 10 });
