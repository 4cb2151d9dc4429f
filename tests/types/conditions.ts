/* oxlint-disable typescript/no-explicit-any -- a field of any type is what is tested */
import {
  and,
  Condition,
  not,
  or,
  type AnyField,
  type Equality,
  type Field,
  type OrderedField,
  type ReadonlyRecord,
  type StringField,
  type Where,
} from "dictdb";
import { db, notes, sessions, users, type User } from "./fixtures.js";
import { typeOf } from "./type-of.js";

const f = users.fields;

// each kind of field has its own tests
typeOf(f.age).is<OrderedField<User, number>>();
typeOf(f.name).is<StringField<User, string>>();
typeOf(f.ok).is<Field<User, boolean>>();
typeOf(f.age.gte(3)).is<Condition<User>>();
typeOf(f.age.path).is<readonly string[]>();
users.select({ where: and(f.age.gte(3), or(f.name.like("A%"), not(f.dept.in(["a", "b"])))) });
users.select({
  where: f.tags.contains("x").and(f.address.city.eq("Paris"), f.address.geo.lat.between(1, 2), f.address.zip.startsWith("7")),
});
users.select({ where: f.born.gt(new Date()).or(f.code.eq(1), f.code.startsWith("a"), f.ok.eq(true), f.parent.name.eq("x")).not() });
users.select({ where: f.age.lt(1).or(f.age.lte(1), f.age.gt(1), f.age.ne(1), f.address.isNull(), f.tags.isNotNull(), f.born.eq(null)) });
users.select({ where: f.name.like("50\\%", { escape: "\\" }).or(f.name.ilike("a_"), f.name.startsWith("a"), f.name.endsWith("b")) });
users.select({
  where: f.name.contains("a").or(f.name.iequals("a"), f.name.istartsWith("a"), f.name.iendsWith("a"), f.name.icontains("a")),
});
users.select({ where: f.name.matches(/^a/i) });
typeOf(f.age.gte(3).matches(users.get(1, { mustMatch: true }))).is<boolean>();
f.age.gte(3).matches(users.get(1, { mustMatch: true, copy: false }));

// an array of values, a set, or anything else that can be iterated
f.role.in(["admin"]);
f.role.in(new Set(["admin"]));
f.age.notIn([1, null]);
f.age.in(users.copy().keys());
f.age.in(users.select().map((user) => user.age));

// @ts-expect-error -- numbers have no text
f.age.startsWith("a");
// @ts-expect-error -- no field has this name
f.nope.eq(1);
// @ts-expect-error -- ages are numbers
f.age.eq("1");
// @ts-expect-error -- no such role
f.role.eq("root");
// @ts-expect-error -- no such role
f.role.in(["root"]);
// @ts-expect-error -- ages are numbers
f.age.in([1, "2"]);
// @ts-expect-error -- a string is not meant, though its characters could be iterated
f.name.in("abc");
// @ts-expect-error -- booleans have no order
f.ok.gt(true);
// @ts-expect-error -- null has no place in an order
f.born.gt(null);
// @ts-expect-error -- tags are strings
f.tags.contains(1);
// @ts-expect-error -- no nested field has this name
f.address.town.eq("x");
// @ts-expect-error -- a pattern is a string or, with matches(), a regular expression
f.name.like(/a/);
// @ts-expect-error -- a condition is asked of a record of its table
f.age.gte(3).matches({ age: 3 });

// names that are computed, and names that collide with a field's own methods
typeOf(users.field("age")).is<OrderedField<User, number>>();
typeOf(users.field("address", "in")).is<AnyField<User>>();
users.select({ where: users.field("address", "in").eq("x"), orderBy: users.field("address", "in").desc() });
const equals = (name: "name" | "dept", value: string) => users.select({ where: users.field(name).eq(value) });
equals("name", "x");
const isNull = (name: keyof User) => users.field(name).isNull();
typeOf(isNull("name")).is<Condition<User>>();
// @ts-expect-error -- no field has this name
users.field("nope");
// @ts-expect-error -- no field has this name
users.field("nope", "in");

// equality shorthand
users.select({ where: { role: "admin", born: null } });
users.select({ where: { tags: ["a", "b"] } });
users.select({ where: { tags: users.get(1, { copy: false, mustMatch: true }).tags ?? null } });
const wanted: Equality<User> = {};
wanted.dept = "IT";
users.select({ where: wanted });
// @ts-expect-error -- no field has this name
users.select({ where: { dpt: "IT" } });
// @ts-expect-error -- ages are numbers
users.select({ where: { age: "30" } });
// @ts-expect-error -- operators belong to fields: fields.age.gte(3)
users.select({ where: { age: { $gte: 3 } } });
// @ts-expect-error -- a field is not yet a condition
users.select({ where: f.ok });

// predicates
users.select({ where: (user) => user.name.length > 3 });
users.select({ where: (user) => user.tags?.includes("x") });
users.select({
  where: (user) => {
    typeOf(user).is<ReadonlyRecord<User>>();
    return null;
  },
});
// @ts-expect-error -- a predicate answers at once
users.select({ where: async (user) => user.age > 3 });
// @ts-expect-error -- a predicate answers true or false
users.select({ where: (user) => user.age });
// @ts-expect-error -- a predicate only looks
users.select({ where: (user) => (user.age = 3) > 2 });

// a condition belongs to its table
// @ts-expect-error -- a condition of another table
users.select({ where: sessions.fields.user_id.eq(1) });
// @ts-expect-error -- conditions of two tables
and(f.age.eq(1), sessions.fields.user_id.eq(1));
// @ts-expect-error -- conditions of two tables
f.age.eq(1).or(sessions.fields.user_id.eq(1));
// @ts-expect-error -- a sort key of another table
users.select({ orderBy: sessions.fields.at.desc() });
const adults = (): Condition<User> => f.age.gte(18);
const several: Condition<User>[] = [adults()];
if (several.length < 3) several.push(f.ok.eq(true));
users.select({ where: and(...several) });
const page = (where?: Where<User>) => users.select({ where, limit: 3 });
typeOf(page({ age: 3 })).is<User[]>();

// conditions that were stored
typeOf(Condition.from<User>(JSON.parse("{}"))).is<Condition<User>>();
users.select({ where: Condition.from(JSON.parse("{}")) });
users.delete({ where: and(f.age.gt(3), Condition.from(JSON.parse("{}"))) });
// @ts-expect-error -- a condition of another table
users.select({ where: Condition.from<{ other: string }>({}) });

// unions of records: the fields of each
type Shape = { id: number; kind: "circle"; r: number } | { id: number; kind: "square"; side: number };
const shapes = db.createTable<Shape>("shapes");
shapes.select({ orderBy: "-side", where: { kind: "circle" } });
shapes.select({ where: shapes.fields.r.gt(1).and(shapes.fields.kind.eq("square")) });
// @ts-expect-error -- no member has this field
shapes.fields.height.gt(1);

// enums, values of several types, arrays of objects, dictionaries
enum Colour {
  Red = "red",
  Blue = "blue",
}
interface Thing {
  id: number;
  colour: Colour;
  mixed: string | number | string[] | { x: number };
  big: bigint | number;
  bytes: Uint8Array;
  parts?: Thing[];
  point: readonly [number, number];
  bag: Record<string, number>;
  unknown: any;
}
const things = db.createTable<Thing>("things");
const t = things.fields;
t.colour.eq(Colour.Red).and(t.colour.in([Colour.Red, Colour.Blue]));
t.mixed.eq(3).or(t.mixed.startsWith("x"), t.mixed.x.eq(3), t.mixed.contains("x"), t.mixed.gt("a"));
t.big.gt(1n).or(t.big.lt(1));
t.bytes.eq(new Uint8Array(3));
t.parts.isNull();
t.point.eq([1, 2]).or(t.point.contains(1));
t.bag.anything.gt(3);
t.unknown.gt(3).and(t.unknown.deep.down.eq("x"), t.unknown.contains(1));
things.select({ where: { colour: Colour.Red, point: [1, 2] } });
// @ts-expect-error -- bytes are only compared for equality
t.bytes.gt(new Uint8Array(3));
// @ts-expect-error -- a point has two coordinates
t.point.eq([1]);

// names that mean something elsewhere
interface Odd {
  id: number;
  then: string;
  length: number;
  in: string;
  name: string;
  where: string;
  and: string;
}
const odd = db.createTable<Odd>("odd");
odd.select({ where: odd.fields.then.eq("x").and(odd.fields.length.gt(1), odd.fields.in.eq("x"), odd.fields.and.eq("x")) });
// oxlint-disable-next-line unicorn/no-thenable -- a field may have any name
odd.select({ where: { then: "x", and: "y" }, columns: ["where", "name"] });
// oxlint-disable-next-line unicorn/no-thenable -- a field may have any name
odd.insert({ then: "x", length: 1, in: "x", name: "x", where: "x", and: "x" });

// records of any kind
notes.select({ where: notes.fields.age.gt(3) });
notes.select({ where: and(notes.fields.age.gt(3), notes.field("x", "y").contains("z")) });
notes.select({ where: { anything: 3 } });
