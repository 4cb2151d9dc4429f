/* oxlint-disable typescript/no-explicit-any -- the fields of an untyped table are `any` */
import { avg, count, max, min, sum, type Aggregate } from "dictdb";
import { db, notes, users } from "./fixtures.js";
import { typeOf } from "./type-of.js";

// one row
typeOf(users.aggregate({ n: count(), a: avg("age"), s: sum("age"), lo: min("name"), hi: max("born"), t: count("tags") })).is<{
  n: number;
  a: number | null;
  s: number | null;
  lo: string | null;
  hi: Date | null;
  t: number;
}>();
typeOf(users.aggregate({ n: count() }, { where: users.fields.age.gt(3) })).is<{ n: number }>();
typeOf(count()).is<Aggregate<"count", undefined>>();
typeOf(avg("age")).is<Aggregate<"avg", "age">>();

// a row for each group
typeOf(
  users.aggregate(
    { n: count(), a: avg("age") },
    { groupBy: "dept", having: (row) => row.n > 3 && row.dept !== "x", orderBy: ["-n", "dept"], limit: 3 },
  ),
).is<{ dept: string; n: number; a: number | null }[]>();
typeOf(users.aggregate({ n: count() }, { groupBy: ["dept", "role"], where: { ok: true } })).is<
  { dept: string; role: "admin" | "user"; n: number }[]
>();
typeOf(users.aggregate({}, { groupBy: "dept" })).is<{ dept: string }[]>();

// sums of bigints
const accounts = db.createTable<{ id: number; cents: bigint }>("accounts");
typeOf(accounts.aggregate({ total: sum("cents"), mean: avg("cents"), most: max("cents") })).is<{
  total: bigint | null;
  mean: number | null;
  most: bigint | null;
}>();

// figures that are made elsewhere
const figures = { n: count(), oldest: max("age") };
typeOf(users.aggregate(figures)).is<{ n: number; oldest: number | null }>();

// @ts-expect-error -- no field has this name
users.aggregate({ n: avg("agee") });
// @ts-expect-error -- names cannot be averaged
users.aggregate({ n: avg("name") });
// @ts-expect-error -- dates cannot be added up
users.aggregate({ n: sum("born") });
// @ts-expect-error -- no field has this name
users.aggregate({ n: count("agee") });
// @ts-expect-error -- no field has this name
users.aggregate({ n: count() }, { groupBy: "dep" });
// @ts-expect-error -- neither a group's field nor a figure
users.aggregate({ n: count() }, { groupBy: "dept", orderBy: "m" });
// @ts-expect-error -- neither a group's field nor a figure
users.aggregate({ n: count() }, { groupBy: "dept", having: (row) => row.m > 3 });
// @ts-expect-error -- a name instead of a figure
users.aggregate({ n: "count" });
// @ts-expect-error -- an option that does not exist
users.aggregate({ n: count() }, { group: "dept" });

// records of any kind
typeOf(notes.aggregate({ n: sum("x") }, { groupBy: "a" })[0]!.a).is<any>();
notes.aggregate({ n: count(), m: max("x") }).n.toFixed();
