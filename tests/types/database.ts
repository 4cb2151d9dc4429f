/* oxlint-disable typescript/no-explicit-any -- the fields of an untyped record are `any` */
import {
  DictDB,
  type AnyRecord,
  type Change,
  type Commit,
  type DatabaseStats,
  type Key,
  type ReadonlyRecord,
  type TableReader,
} from "dictdb";
import { db, person, sessions, users, type Session, type User } from "./fixtures.js";
import { typeOf } from "./type-of.js";

// all or nothing
typeOf(
  db.atomic(() => {
    users.insert(person);
    return 3;
  }),
).is<number>();
typeOf(
  db.atomic(() => {
    users.insert(person);
  }),
).is<void>();
typeOf(db.atomic(() => users.select())).is<User[]>();
// @ts-expect-error -- what is asynchronous cannot be atomic
await db.atomic(async () => 3);
// @ts-expect-error -- what is asynchronous cannot be atomic
void db.atomic(() => Promise.resolve());

// the state at one moment
{
  using snapshot = db.snapshot();
  const then = snapshot.getTable(users);
  typeOf(then).is<TableReader<User, "id">>();
  typeOf(then.select({ columns: ["name"] })).is<{ name: string }[]>();
  typeOf(snapshot.getTable(sessions).get("a")).is<Session | undefined>();
  typeOf(snapshot.getTable<User>("users").all()).is<User[]>();
  snapshot.getTable("notes").count();
  typeOf(snapshot.seq).is<number>();
  // @ts-expect-error -- the past cannot be changed
  then.insert(person);
  // @ts-expect-error -- keys are strings
  snapshot.getTable(sessions).get(1);
  snapshot.close();
}

// events
const off = db.on(
  "commit",
  (commit) => {
    typeOf(commit).is<Commit>();
    typeOf(commit.seq).is<number>();
    typeOf(commit.origin).is<"local" | "remote">();
    typeOf(commit.changes).is<readonly Change[]>();
  },
  { signal: AbortSignal.timeout(10) },
);
typeOf(off).is<() => void>();
off();
db.on("commit", ({ changes }) => {
  for (const change of changes) {
    typeOf(change.table).is<string>();
    switch (change.type) {
      case "insert":
        typeOf(change.key).is<Key>();
        typeOf(change.before).is<undefined>();
        typeOf(change.after).is<ReadonlyRecord<AnyRecord>>();
        break;
      case "update":
        typeOf(change.before).is<ReadonlyRecord<AnyRecord>>();
        typeOf(change.after.anything).is<any>();
        // @ts-expect-error -- images are read-only
        change.after.anything = 1;
        break;
      case "delete":
        typeOf(change.before).is<ReadonlyRecord<AnyRecord>>();
        typeOf(change.after).is<undefined>();
        break;
      case "createIndex":
      case "dropIndex":
        typeOf(change.fields).is<readonly string[]>();
        break;
      case "createTable":
      case "dropTable":
        typeOf(change.type).is<"createTable" | "dropTable">();
        // @ts-expect-error -- no record was touched
        void change.key;
    }
  }
});
db.on("error", (error) => typeOf(error).is<unknown>());
db.on("close", () => undefined);
// @ts-expect-error -- no such event
db.on("comit", () => undefined);
// @ts-expect-error -- a commit has no such member
db.on("commit", ({ sequence }) => sequence);

// figures
typeOf(db.stats()).is<DatabaseStats>();
const { commits, conflicts, lockWaits, lockWaitMs, openSnapshots, snapshotImages, threads, lag, sharedBytes, tables, records } = db.stats();
typeOf(commits + conflicts + lockWaits + lockWaitMs + openSnapshots + snapshotImages).is<number>();
typeOf(threads + lag + sharedBytes + tables + records).is<number>();
typeOf(db.seq).is<number>();
// @ts-expect-error -- only commits move it
db.seq = 3;
typeOf(db.sync()).is<Promise<void>>();

// the end
{
  await using other = new DictDB();
  other.createTable<User>("users");
}
typeOf(db.close()).is<Promise<void>>();
