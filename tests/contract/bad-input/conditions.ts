import { and, Condition, not, or } from "../../../src/index.js";
import { revoked, withHole } from "./odd-values.js";
import type { Case, Passes, Refuses } from "./refusal.js";
import type { LooseField, World } from "./world.js";

const any = { and, or, not, from: (data: unknown) => Condition.from(data) } as unknown as Readonly<
  Record<"and" | "or" | "not" | "from", (...args: readonly unknown[]) => Condition<object>>
>;

const ordered = (received: string, name = "value"): string =>
  `${name} must be a boolean, number, bigint, date, string or Uint8Array, received ${received}`;
const text = (received: string): string => `value must be a string, received ${received}`;
const list = (received: string): string => `values must be a list of values, received ${received}`;
const nameless = "the name of a field must be another one than __proto__, constructor and prototype";
const isNull = " (isNull() asks for null or absent)";
const deep = "nested at most 256 levels deep, received";

const orderings = ["lt", "lte", "gt", "gte"] as const;
const texts = ["startsWith", "endsWith", "iequals", "istartsWith", "iendsWith", "icontains"] as const;

export function badConditions(refuses: Refuses, passes: Passes): void {
  const on =
    (make: (age: LooseField) => unknown): Case[1] =>
    ({ users }) =>
      make(users.fields.age);

  refuses("equality", "INVALID_ARGUMENT", [
    ["eq() of nothing", on((age) => age.eq()), `age.eq(): value must be a value to compare with, received undefined${isNull}`],
    ["ne() of nothing", on((age) => age.ne()), `age.ne(): value must be a value to compare with, received undefined${isNull}`],
    ["in() of nothing", on((age) => age.in()), `age.in(): ${list("undefined")}`],
    ["in() of null", on((age) => age.in(null)), `age.in(): ${list("null")}`],
    ["in() of a bare string", on((age) => age.in("IT")), `age.in(): ${list('"IT"')}`],
    ["in() of one value", on((age) => age.in(5)), `age.in(): ${list("5")}`],
    ["in() of an object", on((age) => age.in({ 0: 1, length: 1 })), `age.in(): ${list("an object")}`],
    ["in() of a revoked proxy", on((age) => age.in(revoked())), `age.in(): ${list("a Proxy")}`],
    [
      "in() with undefined",
      on((age) => age.in([1, undefined])),
      `age.in(): values[1] must be a value to compare with, received undefined${isNull}`,
    ],
    ["in() with a hole", on((age) => age.in(withHole(1, 2))), "age.in(): values[1] must be a value to compare with"],
    ["notIn() of nothing", on((age) => age.notIn()), `age.notIn(): ${list("undefined")}`],
    ["notIn() with a function", on((age) => age.notIn([() => 1])), "age.notIn(): values[0] must be a string, number"],
    ["contains() of nothing", on((age) => age.contains()), "age.contains(): value must be a value to compare with, received undefined"],
  ]);

  refuses("order", "INVALID_ARGUMENT", [
    ...orderings.flatMap((verb): Case[] => [
      [`${verb}() of nothing`, on((age) => age[verb]()), `age.${verb}(): ${ordered("undefined")}${isNull}`],
      [`${verb}() of null`, on((age) => age[verb](null)), `age.${verb}(): ${ordered("null")}${isNull}`],
      [`${verb}() of a list`, on((age) => age[verb]([1])), `age.${verb}(): ${ordered("an array of 1")}`],
      [`${verb}() of an object`, on((age) => age[verb]({})), `age.${verb}(): ${ordered("an object")}`],
      [`${verb}() of a function`, on((age) => age[verb](() => 1)), `age.${verb}(): ${ordered("a function")}`],
      [`${verb}() of a symbol`, on((age) => age[verb](Symbol("1"))), `age.${verb}(): ${ordered("a symbol")}`],
      [
        `${verb}() of an invalid date`,
        on((age) => age[verb](new Date(Number.NaN))),
        `age.${verb}(): value must be a valid date, received a Date`,
      ],
      [`${verb}() of a revoked proxy`, on((age) => age[verb](revoked())), `age.${verb}(): ${ordered("a Proxy")}`],
    ]),
    ["between() of nothing", on((age) => age.between()), `age.between(): ${ordered("undefined", "low")}`],
    ["between() of one end", on((age) => age.between(1)), `age.between(): ${ordered("undefined", "high")}`],
    ["between() of a pair", on((age) => age.between([1, 2])), `age.between(): ${ordered("an array of 2", "low")}`],
    ["between() of null", on((age) => age.between(1, null)), `age.between(): ${ordered("null", "high")}`],
  ]);

  refuses("text", "INVALID_ARGUMENT", [
    ...texts.flatMap((verb): Case[] => [
      [`${verb}() of nothing`, on((age) => age[verb]()), `age.${verb}(): ${text("undefined")}`],
      [`${verb}() of a number`, on((age) => age[verb](5)), `age.${verb}(): ${text("5")}`],
      [`${verb}() of null`, on((age) => age[verb](null)), `age.${verb}(): ${text("null")}`],
      [`${verb}() of a RegExp`, on((age) => age[verb](/x/)), `age.${verb}(): ${text("a RegExp")}`],
      [`${verb}() of a String object`, on((age) => age[verb](Object("x"))), `age.${verb}(): ${text("a String")}`],
    ]),
    ["matches() of nothing", on((age) => age.matches()), "age.matches(): expression must be a regular expression, received undefined"],
    ["matches() of text", on((age) => age.matches("a.*")), 'age.matches(): expression must be a regular expression, received "a.*"'],
    [
      "matches() of its parts",
      on((age) => age.matches({ source: "a", flags: "" })),
      "expression must be a regular expression, received an object",
    ],
    [
      "matches() of a revoked proxy",
      on((age) => age.matches(revoked())),
      "age.matches(): expression must be a regular expression, received a Proxy",
    ],
  ]);

  refuses("patterns", "INVALID_ARGUMENT", [
    ["none", on((age) => age.like()), "age.like(): pattern must be a string, received undefined"],
    ["a RegExp", on((age) => age.like(/x/)), "age.like(): pattern must be a string, received a RegExp"],
    ["none, whatever case", on((age) => age.ilike(null)), "age.ilike(): pattern must be a string, received null"],
    [
      "two characters to escape with",
      on((age) => age.like("a", { escape: "!!" })),
      'age.like(): escape must be one character, received "!!"',
    ],
    ["none to escape with", on((age) => age.ilike("a", { escape: "" })), 'age.ilike(): escape must be one character, received ""'],
    ["a number to escape with", on((age) => age.like("a", { escape: 1 })), "age.like(): escape must be one character, received 1"],
    ["null to escape with", on((age) => age.like("a", { escape: null })), "age.like(): escape must be one character, received null"],
    [
      "an escape at the end",
      on((age) => age.like("a!", { escape: "!" })),
      'must have %, _ or another "!" after the escape character "!", received the end',
    ],
    [
      "an escape before a letter",
      on((age) => age.ilike("!a", { escape: "!" })),
      'age.ilike(): pattern must have %, _ or another "!" after the',
    ],
    ["a long one with a bad escape", on((age) => age.like(`${"%a".repeat(50_000)}!b`, { escape: "!" })), 'received "b" in "%a%a'],
  ]);

  for (const verb of ["and", "or"] as const) {
    const every = (received: string): string => `${verb}(): every argument must be a condition, received ${received}`;
    refuses(`${verb}()`, "INVALID_ARGUMENT", [
      ["of nothing", () => any[verb](), `${verb}(): at least one condition is needed, because ${verb}() of nothing would match`],
      ["of undefined", () => any[verb](undefined), every("undefined")],
      ["of a list", ({ users }) => any[verb]([users.fields.age.eq(1)]), every("an array of 1")],
      [
        "of field values",
        ({ users }) => any[verb](users.fields.age.eq(1), { dept: "IT" }),
        `${every("an object")} (write users.fields.age.gte(18), or give`,
      ],
      ["of a predicate", () => any[verb](() => true), `${every("a function")} (a predicate can only be the whole \`where\`)`],
      ["of a field", ({ real }) => any[verb](real.users.field("age")), every("a Field")],
      ["of true", () => any[verb](true), every("true")],
      ["of a condition as JSON", ({ users }) => any[verb](JSON.parse(JSON.stringify(users.fields.age.eq(1)))), every("an object")],
      ["of a revoked proxy", () => any[verb](revoked()), every("a Proxy")],
      ["as a method, of undefined", ({ users }) => (users.fields.age.eq(1) as unknown as typeof any)[verb](undefined), every("undefined")],
    ]);
  }

  refuses("not()", "INVALID_ARGUMENT", [
    ["of nothing", () => any.not(), "not(): every argument must be a condition, received undefined"],
    ["of a list", () => any.not([]), "not(): every argument must be a condition, received an empty array"],
    ["of a predicate", () => any.not(() => true), "not(): every argument must be a condition, received a function"],
    [
      "of not() without end",
      ({ users }) => repeat(1_000, users.fields.age.eq(1), (one) => one.not()),
      `not(): condition must be ${deep} 257`,
    ],
    [
      "of and() of or() without end",
      ({ users }) => repeat(1_000, users.fields.age.eq(1), (one) => one.and(one).or(users.fields.age.eq(2))),
      "(): condition must be",
    ],
    [
      "of and() of itself without end",
      ({ users }) => repeat(1_000, users.fields.age.eq(1), (one) => one.and(one)),
      "and(): condition must be made of at most 100000 tests, received 131072",
    ],
    [
      "of or() of not() of itself",
      ({ users }) => repeat(1_000, users.fields.age.eq(1), (one) => one.or(one.not())),
      "or(): condition must be made of at most 100000 tests",
    ],
  ]);

  refuses("matches() of one record", "INVALID_ARGUMENT", [
    [
      "of nothing",
      ({ users }) => users.fields.age.eq(1).matches(undefined as never),
      "matches(): record must be a record, received undefined",
    ],
    ["of null", ({ users }) => users.fields.age.eq(1).matches(null as never), "matches(): record must be a record, received null"],
    ["of a key", ({ users }) => users.fields.age.eq(1).matches(1 as never), "matches(): record must be a record, received 1"],
    [
      "of several records",
      ({ users }) => users.fields.age.eq(1).matches([{}] as never),
      "matches(): record must be a record, received an array of 1",
    ],
  ]);

  const from =
    (data: unknown): Case[1] =>
    () =>
      any.from(data);
  const node = (data: unknown): Case[1] => from({ node: data });
  const json = (data: unknown): Case[1] => from({ $condition: data });
  const noCondition = (received: string): string =>
    `Condition.from(): value must be a condition, or what became of one in JSON or postMessage, received ${received}`;
  const path = ["age"];

  refuses("Condition.from()", "INVALID_ARGUMENT", [
    ["of nothing", from(undefined), noCondition("undefined")],
    ["of null", from(null), noCondition("null")],
    ["of text", from('{"op":"eq"}'), noCondition('"{\\"op\\":\\"eq\\"}"')],
    ["of a list", from([]), noCondition("an empty array")],
    ["of any object", from({ age: 1 }), noCondition("an object")],
    ["of a predicate", from(() => true), noCondition("a function")],
    ["of a Map", from(new Map([["node", {}]])), noCondition("a Map")],
    ["of a bare node", from({ op: "eq", path, value: 1 }), noCondition("an object")],
    ["of what it inherits", from(Object.create({ node: { op: "eq", path, value: 1 } })), noCondition("an object")],
    ["of a revoked proxy", from(revoked()), noCondition("a Proxy")],
    ["of a node that is none", node(5), "Condition.from(): node must be an object with an op, received 5"],
    ["of a node that is a list", node([]), "Condition.from(): node must be an object with an op, received an empty array"],
    ["of a node that is a revoked proxy", node(revoked()), "Condition.from(): node must be an object with an op, received a Proxy"],
    ["of an unknown op", node({ op: "eval", path }), 'Condition.from(): op must be the name of a condition, received "eval"'],
    ["of an inherited op", node({ op: "toString", path }), 'Condition.from(): op must be the name of a condition, received "toString"'],
    [
      "of an op that is no text",
      node({ op: ["eq"], path }),
      "Condition.from(): op must be the name of a condition, received an array of 1",
    ],
    ["without a path", node({ op: "eq", value: 1 }), "Condition.from(): field must be a name, or a list of names, received undefined"],
    [
      "with an empty path",
      node({ op: "eq", path: [], value: 1 }),
      "Condition.from(): field must be a name, or a list of names, received an empty array",
    ],
    ["with a path of numbers", node({ op: "eq", path: [1], value: 1 }), "Condition.from(): field must be a field name, received 1"],
    ["with a path to a prototype", node({ op: "eq", path: ["a", "__proto__"], value: 1 }), `Condition.from(): ${nameless}`],
    ["without a value", node({ op: "eq", path }), "Condition.from(): value must be a value to compare with, received undefined"],
    ["with a value that cannot be stored", node({ op: "eq", path, value: () => 1 }), "Condition.from(): value must be a string, number"],
    ["with null to be ordered", node({ op: "lt", path, value: null }), `Condition.from(): ${ordered("null")}`],
    ["with one end", node({ op: "between", path, low: 1 }), `Condition.from(): ${ordered("undefined", "high")}`],
    ["with no list", node({ op: "in", path, values: "IT" }), `Condition.from(): ${list('"IT"')}`],
    ["with a number as text", node({ op: "startsWith", path, value: 1 }), `Condition.from(): ${text("1")}`],
    ["with a bad escape", node({ op: "like", path, pattern: "a!", escape: "!" }), "Condition.from(): pattern must have %, _ or another"],
    [
      "with an escape that is none",
      node({ op: "like", path, pattern: "a", escape: 1 }),
      "Condition.from(): escape must be one character, received 1",
    ],
    ["without a pattern", node({ op: "like", path }), "Condition.from(): pattern must be a string, received undefined"],
    [
      "with an invalid expression",
      node({ op: "matches", path, source: "(", flags: "" }),
      'Condition.from(): expression must be a valid regular expression, received "/(/"',
    ],
    [
      "with invalid flags",
      node({ op: "matches", path, source: "a", flags: "xx" }),
      'expression must be a valid regular expression, received "/a/xx"',
    ],
    [
      "without flags",
      node({ op: "matches", path, source: "a" }),
      "Condition.from(): expression must be a source and flags, which are strings, received undefined",
    ],
    [
      "with a huge invalid expression",
      node({ op: "matches", path, source: "(".repeat(1_000_000), flags: "" }),
      "expression must be a valid regular expression",
    ],
    [
      "and() of nothing",
      node({ op: "and", conditions: [] }),
      "Condition.from(): conditions must be a list of conditions, received an empty array",
    ],
    [
      "or() of an object",
      node({ op: "or", conditions: {} }),
      "Condition.from(): conditions must be a list of conditions, received an object",
    ],
    [
      "and() with a hole",
      node({ op: "and", conditions: withHole({ op: "eq", path, value: 1 }, 1) }),
      "node must be an object with an op, received undefined",
    ],
    ["not() of nothing", node({ op: "not" }), "Condition.from(): node must be an object with an op, received undefined"],
    ["that contains itself", node(cyclic()), `Condition.from(): node must be ${deep} an object`],
    [
      "that holds another a hundred times twice",
      node(doubled(100)),
      "Condition.from(): node must be made of at most 100000 parts, received an object",
    ],
    ["that contains itself, as JSON", json(cyclic()), "Condition.from(): value must be nested at most 1000 levels deep, received an"],
    [
      "100,000 levels deep, as JSON",
      json(nestedList(100_000)),
      "Condition.from(): value must be nested at most 1000 levels deep, received an array of 1",
    ],
    [
      "a value 100 levels deep, as JSON",
      json({ op: "eq", path, value: nestedList(100) }),
      "is nested deeper than 64 levels, or contains itself",
    ],
    [
      "a date that is none, as JSON",
      json({ op: "eq", path, value: { $date: "soon" } }),
      '"$date" must be a date such as 2026-01-31T00:00:00.000Z, received "soon"',
    ],
    [
      "a bigint that is none, as JSON",
      json({ op: "eq", path, value: { $bigint: "1.5" } }),
      '"$bigint" must be a whole number in decimal digits, received "1.5"',
    ],
    [
      "a number that is none, as JSON",
      json({ op: "eq", path, value: { $number: "1" } }),
      '"$number" must be NaN, Infinity, -Infinity or -0, received "1"',
    ],
    ["bytes that are none, as JSON", json({ op: "eq", path, value: { $bytes: 5 } }), '"$bytes" must be bytes in base64, received 5'],
    ["an object that is none, as JSON", json({ op: "eq", path, value: { $object: 5 } }), '"$object" must be an object, received 5'],
    [
      "an unknown tag, as JSON",
      json({ op: "eq", path, value: { $oid: "1" } }),
      '"$oid" must be one of the tags $object, $date, $bytes, $bigint and $number',
    ],
    [
      "__proto__ as JSON",
      json(JSON.parse('{"op":"eq","path":["age"],"value":{"a":1,"__proto__":{"b":2}}}')),
      "must be another one than __proto__",
    ],
  ]);

  refuses("the names of fields", "INVALID_ARGUMENT", [
    ["__proto__", ({ users }) => users.fields.__proto__.eq(1), `fields: ${nameless}, received "__proto__"`],
    ["constructor", ({ users }) => users.fields.constructor.eq(1), `fields: ${nameless}, received "constructor"`],
    [
      "prototype inside another",
      ({ real }) => (real.users.fields.a as { prototype: unknown }).prototype,
      `fields: ${nameless}, received "prototype"`,
    ],
    [
      "unknown to the schema",
      ({ products }) => products.fields.nobody,
      'fields: table "products" has no field "nobody" (its schema has sku',
    ],
    ["none to field()", ({ users }) => users.field(), "field(): field must be a field name, received undefined"],
    ["a number to field()", ({ users }) => users.field(1), "field(): field must be a field name, received 1"],
    ["a list to field()", ({ users }) => users.field(["address", "city"]), "field(): field must be a field name, received an array of 2"],
    [
      "a symbol inside another to field()",
      ({ users }) => users.field("address", Symbol("city")),
      "field(): field must be a field name, received a symbol",
    ],
    ["__proto__ to field()", ({ users }) => users.field("__proto__"), `field(): ${nameless}`],
    ["__proto__ inside another to field()", ({ users }) => users.field("address", "__proto__"), `field(): ${nameless}`],
    ["unknown to the schema to field()", ({ products }) => products.field("nobody"), 'field(): table "products" has no field "nobody"'],
  ]);

  passes("what the items of in() throw", [["when they are read", ({ users }, error) => users.fields.age.in(broken(error))]]);
}

function repeat(times: number, first: Condition<object>, next: (one: Condition<object>) => Condition<object>): Condition<object> {
  let condition = first;
  for (let i = 0; i < times; i++) condition = next(condition);
  return condition;
}

function cyclic(): object {
  const node: { op: string; conditions: unknown[] } = { op: "and", conditions: [] };
  node.conditions.push(node, node);
  return node;
}

/** Small in memory, because the parts are shared, and yet without end. */
function doubled(times: number): object {
  let node: object = { op: "eq", path: ["age"], value: 1 };
  for (let i = 0; i < times; i++) node = { op: "and", conditions: [node, node] };
  return node;
}

function nestedList(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

function* broken(error: Error): Generator<number> {
  yield 1;
  throw error;
}

/** Input that is fine but could take for ever. */
export const huge: readonly (readonly [what: string, ask: (world: World) => unknown, answer: unknown])[] = [
  ["a pattern of 50,000 runs", ({ users, real }) => real.users.count(users.fields.name.like(`${"%a".repeat(50_000)}%b`)), 0],
  ["a pattern of 50,000 runs that matches", ({ users, real }) => real.users.count(users.fields.name.like(`${"%a".repeat(50_000)}%`)), 1],
  ["a pattern of one long run", ({ users, real }) => real.users.count(users.fields.name.like(`%${"a".repeat(50_000)}b%`)), 0],
  ["a pattern of wildcards", ({ users, real }) => real.users.count(users.fields.name.like(`%${"a_".repeat(40_000)}b`)), 0],
  ["a pattern of anything", ({ users, real }) => real.users.count(users.fields.name.like("%".repeat(100_000))), 4],
  ["a pattern in any case", ({ users, real }) => real.users.count(users.fields.name.ilike(`${"%A".repeat(50_000)}%B`)), 0],
  ["a text that contains nearly", ({ users, real }) => real.users.count(users.fields.name.contains(`${"a".repeat(99_999)}b`)), 0],
  ["a list of 100,000 values", ({ users, real }) => real.users.count(users.fields.age.in(Array.from({ length: 100_000 }, (_, i) => i))), 3],
  [
    "an and() of 20,000",
    ({ users, real }) => real.users.count(and(...Array.from({ length: 20_000 }, (_, i) => users.fields.age.ne(i + 60)))),
    4,
  ],
  ["an or() of 20,000", ({ users, real }) => real.users.count(or(...Array.from({ length: 20_000 }, (_, i) => users.fields.age.eq(i)))), 3],
  [
    "a chain of 2,000 and()",
    ({ users, real }) => real.users.count(repeat(2_000, users.fields.age.gt(0), (one) => one.and(users.fields.age.lt(60)))),
    3,
  ],
  ["a chain of 255 not()", ({ users, real }) => real.users.count(repeat(255, users.fields.age.eq(30), (one) => one.not())), 3],
  ["a field name of 1,000,000 characters", ({ real }) => real.users.count({ ["n".repeat(1_000_000)]: 1 }), 0],
];
