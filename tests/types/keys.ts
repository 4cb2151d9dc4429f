import type { AnyRecord, Key, RecordOf, Table } from "dictdb";
import { db, notes, person, sessions, users, visits, type Session, type User, type Visit } from "./fixtures.js";
import { typeOf } from "./type-of.js";

// a record with an `id` is keyed by it, whether that is said or not
typeOf(users).is<Table<User>>();
typeOf(users).is<Table<User, "id">>();
typeOf(db.createTable<User>("users", { primaryKey: "id", ifNotExists: true, versionField: "version" })).is<Table<User, "id">>();
typeOf(users.get(1)).is<User | undefined>();
typeOf(users.insert(person)).is<number>();
typeOf(users.copy()).is<Map<number, User>>();
users.has(1);
// @ts-expect-error -- keys are numbers
users.get("1");
// @ts-expect-error -- keys are numbers
users.has("1");

// another key, named twice: keys are exact
typeOf(sessions).is<Table<Session, "session_id">>();
typeOf(sessions.insert({ session_id: "a", user_id: 1, at: new Date() })).is<string>();
sessions.get("a");
// @ts-expect-error -- keys are strings
sessions.get(1);
// @ts-expect-error -- a key of strings cannot be assigned, so it must be given
sessions.insert({ user_id: 1, at: new Date() });

// a numeric key may be left out under any name
typeOf(visits).is<Table<Visit, "visit_id">>();
typeOf(visits.insert({ session_id: "a", pages: 1 })).is<number>();
visits.insert({ visit_id: 1, session_id: "a", pages: 1 });
// @ts-expect-error -- nothing but the key may be left out
visits.insert({ session_id: "a" });

// another key, named once: keys are of that field's kind
const loose = db.createTable<Session>("sessions", { primaryKey: "session_id" });
typeOf(loose.copy()).is<Map<string, Session>>();
loose.get("a");
// @ts-expect-error -- keys are strings
loose.get(1);
const counted = db.createTable<Visit>("visits", { primaryKey: "visit_id", ifNotExists: true });
typeOf(counted.insert({ visit_id: 1, session_id: "a", pages: 1 })).is<number>();
counted.update({ pages: 3 }, 1);
// @ts-expect-error -- keys are numbers
counted.get("a");
// @ts-expect-error -- which of the numbers is the key is not known, so all must be given
counted.insert({ session_id: "a", pages: 1 });
interface Place {
  id: number;
  name: string;
  street: string;
  zip: string | number;
  lines?: number;
  note?: string;
}
const places = db.createTable<Place>("places", { primaryKey: "name" });
typeOf(places.copy()).is<Map<string, Place>>();
places.update({ street: "x" }, "a");
// @ts-expect-error -- keys are strings, though `id` holds numbers
places.get(1);
typeOf(db.createTable<Place>("places", { primaryKey: "lines" }).copy()).is<Map<number, Place>>();
typeOf(db.createTable<Place>("places", { primaryKey: "id" })).is<Table<Place, "id">>();
const byZip = db.createTable<Place>("places", { primaryKey: "zip" });
byZip.get("a");
byZip.get(1);
export const asTold: Table<Place, "name"> = places;
export const asNotKnown: Table<Session> = loose;
// @ts-expect-error -- no field has this name
db.createTable<Session>("sessions", { primaryKey: "session" });
// @ts-expect-error -- a date cannot be a key
db.createTable<Session>("sessions", { primaryKey: "at" });
// @ts-expect-error -- without an `id` the key must be named
db.createTable<Session>("sessions");
// @ts-expect-error -- without an `id` the key must be named
db.createTable<Session>("sessions", { ifNotExists: true });
// @ts-expect-error -- a key of strings cannot be absent, since it is not assigned
db.createTable<{ id?: string; name: string }>("names");
// @ts-expect-error -- a key of strings cannot be absent, since it is not assigned
db.createTable<{ id?: string; name: string }>("names", { ifNotExists: true });
// @ts-expect-error -- a key is never null
db.createTable<{ id: string | null }>("names");
db.createTable<{ id?: string; name: string }>("names", { primaryKey: "name" });
// @ts-expect-error -- the two names differ
db.createTable<Session, "session_id">("sessions", { primaryKey: "user_id" });
// @ts-expect-error -- an option that does not exist
db.createTable<User>("users", { primarykey: "id" });

interface Loose {
  name: string | null;
  code?: string;
  place?: number;
  text: string;
}
// @ts-expect-error -- a key is never null
db.createTable<Loose>("loose", { primaryKey: "name" });
// @ts-expect-error -- a key of strings cannot be absent, since it is not assigned
db.createTable<Loose>("loose", { primaryKey: "code" });
db.createTable<Loose>("loose", { primaryKey: "place" });
db.createTable<Loose>("loose", { primaryKey: "text" });

// a key that may be either, that is optional, or that is branded
typeOf(db.createTable<{ id: string | number }>("either").insert({})).is<string | number>();
interface Draft {
  id?: number;
  title: string;
}
const drafts = db.createTable<Draft>("drafts");
typeOf(drafts.insert({ title: "x" })).is<number>();
drafts.get(1);
type UserId = number & { readonly brand: "user" };
const branded = db.createTable<{ id: UserId; name: string }>("branded");
typeOf(branded.insert({ name: "x" })).is<UserId>();
// @ts-expect-error -- any number is no UserId
branded.get(1);

// records of any kind
typeOf(notes).is<Table<AnyRecord, "id">>();
typeOf(notes.insert({ text: "x" })).is<Key>();
notes.get(1);
notes.get("a");
const articles = db.createTable("articles", { primaryKey: "slug" });
typeOf(articles).is<Table<AnyRecord, "slug">>();
typeOf(articles.insert({ slug: "a", text: "x" })).is<Key>();
articles.get("a");

db.createTable<AnyRecord>("articles", { primaryKey: "slug" }).get(1);
// oxlint-disable-next-line typescript/no-explicit-any -- what is tested
db.createTable<any>("articles", { primaryKey: "slug" }).get(1);

// the record type that is asked for
export const asked: Table<User> = db.createTable("users");
export const askedBySlug: Table<Session, "session_id"> = db.createTable("sessions", { primaryKey: "session_id" });
export const found: Table<User> = db.getTable("users");

// tables that exist
typeOf(db.getTable<User>("users")).is<Table<User, "id">>();
typeOf(db.getTable<Session, "session_id">("sessions")).is<Table<Session, "session_id">>();
db.getTable<Session>("sessions").get("a");
db.getTable("notes").insert({ text: "x" });
typeOf(db.listTables()).is<string[]>();
typeOf(db.hasTable("users")).is<boolean>();
db.dropTable("users");
db.dropTable(sessions);
// @ts-expect-error -- anything may have a name
db.dropTable({ name: "users" });

// a table's records, as a type
type Visitor = RecordOf<typeof visits>;
typeOf<Visitor>({ visit_id: 1, session_id: "a", pages: 1 }).is<Visit>();
