import { avg, count, max, min, sum } from "../../../src/index.js";
import { failing, raise, raiseSecond, revoked, withHole } from "./odd-values.js";
import type { Case, Passes, Refuses } from "./refusal.js";
import type { LooseTable } from "./world.js";

const field = (name: string): string => `table "products" has no field "${name}" (its schema has sku, price, tags, made, size)`;
const reserved = "the name of a field must be another one than __proto__, constructor and prototype";
const counting = (received: string): string => `must be a whole number of at least 0, received ${received}`;
const where = (received: string): string => `where must be a condition, an object of field values, or a function, received ${received}`;
const order = (received: string): string =>
  `orderBy must be a field name, "-" and a field name, or fields.name.desc(), received ${received}`;
const columns = (received: string): string =>
  `columns must be a list of field names, or an object of { alias: name }, received ${received}`;
const answer = (received: string): string => `must be a function that returns true, false, null or undefined, received ${received}`;
const group = (received: string): string => `aggregate(): groupBy must be a field name, or a list of them, received ${received}`;

/** The verbs that take the options of select, run to their end. */
const readers: readonly (readonly [verb: string, read: (table: LooseTable, options: unknown) => unknown])[] = [
  ["select()", (table, options) => table.select(options)],
  ["first()", (table, options) => table.first(options)],
  ["iterate()", (table, options) => [...(table.iterate(options) as Iterable<unknown>)]],
  ["explain()", (table, options) => table.explain(options)],
];

/** Everything that takes a where. */
const filters: readonly (readonly [verb: string, read: (table: LooseTable, where: unknown) => unknown])[] = [
  ...readers.map(([verb, read]) => [verb, (table: LooseTable, where: unknown) => read(table, { where })] as const),
  ["count()", (table, where) => table.count(where)],
  ["aggregate()", (table, where) => table.aggregate({ n: count() }, { where })],
  ["update()", (table, where) => table.update({ note: "x" }, { where })],
  ["delete()", (table, where) => table.delete({ where })],
];

export function badQueries(refuses: Refuses, passes: Passes): void {
  for (const [verb, read] of filters) {
    const ask =
      (given: unknown): Case[1] =>
      ({ users }) =>
        read(users, given);
    refuses(`where in ${verb}`, "INVALID_ARGUMENT", [
      ["null", ask(null), `${verb}: ${where("null")}`],
      ["text", ask("dept = 'IT'"), `${verb}: ${where("\"dept = 'IT'\"")}`],
      ["true", ask(true), `${verb}: ${where("true")}`],
      ["5", ask(5), `${verb}: ${where("5")}`],
      ["a list", ask([{ dept: "IT" }]), `${verb}: ${where("an array of 1")}`],
      ["a Map", ask(new Map([["dept", "IT"]])), `${verb}: ${where("a Map")}`],
      ["a RegExp", ask(/x/), `${verb}: ${where("a RegExp")}`],
      ["a revoked proxy", ask(revoked()), `${verb}: ${where("a Proxy")}`],
      ["a field", ({ users, real }) => read(users, real.users.fields.age), "(ask something of the field, such as eq(...))"],
      ["all fields", ({ users, real }) => read(users, real.users.fields), where("a Proxy")],
      ["a sort key", ({ users, real }) => read(users, real.users.field("age").asc()), where("an Order")],
      [
        "undefined as a value",
        ask({ dept: undefined }),
        `${verb}: where.dept must be a value, received undefined (null matches null or absent)`,
      ],
      ["undefined beside a value", ask({ age: 1, dept: undefined }), `${verb}: where.dept must be a value, received undefined`],
      [
        "an operator of MongoDB",
        ask({ age: { $gte: 3 } }),
        'where.age must hold values to equal, received the operator "$gte" (write conditions such as fields.age.gte(...)',
      ],
      ["$or of MongoDB", ask({ dept: { $in: ["IT"] } }), 'where.dept must hold values to equal, received the operator "$in" (write'],
      ["$or of MongoDB on top", ask({ $or: [{ dept: "IT" }] }), `${verb}: where must hold values to equal, received the operator "$or"`],
      ["a condition as a value", ({ users }) => read(users, { age: users.fields.age.eq(1) }), "(a condition is the whole where)"],
      [
        "a where in a where",
        ({ users }) => read(users, { where: users.fields.age.eq(1) }),
        "where must be the condition itself, received an object",
      ],
      ["a function as a value", ask({ dept: () => true }), "dept.eq(): value must be a string"],
      ["__proto__", ask(JSON.parse('{"__proto__": 1}')), `${reserved}, received "__proto__"`],
      ["constructor", ask({ constructor: 1 }), `${reserved}, received "constructor"`],
      ["an async predicate", ask(async () => true), `${verb}: where ${answer("a Promise (an async function cannot be a predicate)")}`],
      ["an async predicate that fails", ask(failing), `${verb}: where ${answer("a Promise (an async function cannot be a predicate)")}`],
      ["a predicate that counts", ask(() => 1), `${verb}: where ${answer("1 (write a comparison)")}`],
      ["a predicate that gives text", ask(({ name }: { name: string }) => name), `${verb}: where ${answer('"Ann"')}`],
      ["a predicate that gives the record", ask((user: object) => user), `${verb}: where ${answer("an object")}`],
      ["a predicate that gives a proxy", ask(() => revoked()), `${verb}: where ${answer("a Proxy")}`],
      ["a predicate that gives a condition", ({ users }) => read(users, () => users.fields.age.eq(1)), answer("a Condition")],
      ["a field that the schema lacks", ({ products }) => read(products, { color: "red" }), `${verb}: ${field("color")}`],
      [
        "a condition on a field that the schema lacks",
        ({ products, users }) => read(products, users.fields.age.eq(1)),
        `${verb}: ${field("age")}`,
      ],
    ]);
    refuses(`a predicate of ${verb} that writes`, "DEADLOCK", [
      ["one record", ({ users }) => read(users, () => users.insert({}) === 1), `insert() was called by a function that ${verb} runs`],
      [
        "to another table",
        ({ users, notes }) => read(users, () => notes.delete(1) === 1),
        `delete() was called by a function that ${verb} runs`,
      ],
      [
        "atomically",
        ({ db, users }) => read(users, () => db.atomic(() => users.clear() === 1)),
        `clear() was called by a function that ${verb} runs`,
      ],
      [
        "an index",
        ({ users }) => read(users, () => users.createIndex("name") === 1),
        `createIndex() was called by a function that ${verb} runs`,
      ],
      [
        "a table",
        ({ db, users }) => read(users, () => db.createTable("t") === 1),
        `createTable() was called by a function that ${verb} runs`,
      ],
      [
        "away a table",
        ({ db, users }) => read(users, () => db.dropTable("notes") === 1),
        `dropTable() was called by a function that ${verb} runs`,
      ],
    ]);
    passes(`what a predicate of ${verb} throws`, [
      ["at once", ({ users }, error) => read(users, () => raise(error))],
      ["at the second record", ({ users }, error) => read(users, raiseSecond(error, false))],
      ["in atomic()", ({ db, users }, error) => db.atomic(() => (users.insert({}), read(users, () => raise(error))))],
    ]);
  }

  for (const [verb, read] of readers) {
    const ask =
      (options: object): Case[1] =>
      ({ users }) =>
        read(users, options);
    refuses(`the options of ${verb}`, "INVALID_ARGUMENT", [
      [
        "a condition",
        ({ users }) => read(users, users.fields.age.eq(1)),
        `${verb}: options must be an object such as { where: condition }`,
      ],
      ["limit -1", ask({ limit: -1 }), `${verb}: limit ${counting("-1")}`],
      ["limit 1.5", ask({ limit: 1.5 }), `${verb}: limit ${counting("1.5")}`],
      ["limit NaN", ask({ limit: Number.NaN }), `${verb}: limit ${counting("NaN")}`],
      ["limit Infinity", ask({ limit: Infinity }), `${verb}: limit ${counting("Infinity")}`],
      ["limit null", ask({ limit: null }), `${verb}: limit ${counting("null")}`],
      ["limit as text", ask({ limit: "1" }), `${verb}: limit ${counting('"1"')}`],
      ["limit as bigint", ask({ limit: 1n }), `${verb}: limit ${counting("1n")}`],
      ["offset -1", ask({ offset: -1 }), `${verb}: offset ${counting("-1")}`],
      ["offset 0.5", ask({ offset: 0.5 }), `${verb}: offset ${counting("0.5")}`],
      ["offset NaN", ask({ offset: Number.NaN }), `${verb}: offset ${counting("NaN")}`],
      ["offset 2 ** 53", ask({ offset: 2 ** 53 }), `${verb}: offset ${counting("9007199254740992")}`],
      ["distinct 1", ask({ distinct: 1 }), `${verb}: distinct must be true or false, received 1`],
      ["copy null", ask({ copy: null }), `${verb}: copy must be true or false, received null`],
      ["orderBy null", ask({ orderBy: null }), `${verb}: ${order("null")}`],
      ["orderBy nothing", ask({ orderBy: "" }), `${verb}: ${order('""')}`],
      ["orderBy a minus", ask({ orderBy: "-" }), `${verb}: ${order('"-"')}`],
      ["orderBy a field", ({ users, real }) => read(users, { orderBy: real.users.field("age") }), `${verb}: ${order("a Field")}`],
      ["orderBy an object", ask({ orderBy: { age: "desc" } }), `${verb}: ${order("an object")}`],
      ["orderBy a list of lists", ask({ orderBy: [["age", "desc"]] }), `${verb}: ${order("an array of 2")}`],
      ["orderBy a hole", ask({ orderBy: withHole("age", "name") }), `${verb}: ${order("undefined")}`],
      ["orderBy a revoked proxy", ask({ orderBy: revoked() }), `${verb}: ${order("a Proxy")}`],
      ["orderBy __proto__", ask({ orderBy: "-__proto__" }), `${verb}: ${reserved}, received "__proto__"`],
      ["orderBy an unknown field", ({ products }) => read(products, { orderBy: "-color" }), `${verb}: ${field("color")}`],
      [
        "orderBy an unknown nested field",
        ({ products, real }) => read(products, { orderBy: real.users.field("age", "x").asc() }),
        field("age"),
      ],
      ["columns null", ask({ columns: null }), `${verb}: ${columns("null")}`],
      ["columns a name", ask({ columns: "name" }), `${verb}: ${columns('"name"')}`],
      ["columns a Set", ask({ columns: new Set(["name"]) }), `${verb}: ${columns("a Set")}`],
      ["columns a revoked proxy", ask({ columns: revoked() }), `${verb}: ${columns("a Proxy")}`],
      ["columns a number", ask({ columns: [1] }), `${verb}: columns must be field names, received 1`],
      [
        "columns a field",
        ({ users, real }) => read(users, { columns: [real.users.field("age")] }),
        "columns must be field names, received a Field",
      ],
      ["columns a hole", ask({ columns: withHole("name", "age") }), `${verb}: columns must be field names, received undefined`],
      ["columns an alias for nothing", ask({ columns: { who: undefined } }), `${verb}: columns must be field names, received undefined`],
      ["columns constructor", ask({ columns: ["constructor"] }), `${verb}: ${reserved}, received "constructor"`],
      [
        "columns with the alias __proto__",
        ask({ columns: JSON.parse('{"__proto__": "name"}') as object }),
        `${verb}: the name of a column must be`,
      ],
      ["columns with the alias prototype", ask({ columns: { prototype: "name" } }), `${verb}: the name of a column must be another one`],
      ["an unknown column", ({ products }) => read(products, { columns: ["color"] }), `${verb}: ${field("color")}`],
      ["an unknown column with an alias", ({ products }) => read(products, { columns: { a: "color" } }), `${verb}: ${field("color")}`],
    ]);
  }

  const figures =
    (given: unknown, options?: object): Case[1] =>
    ({ users }) =>
      users.aggregate(given, options);
  const groups =
    (options: object): Case[1] =>
    ({ users }) =>
      users.aggregate({ n: count() }, { groupBy: "dept", ...options });

  refuses("aggregate()", "INVALID_ARGUMENT", [
    [
      "no figures",
      figures(undefined),
      "aggregate(): figures must be an object such as { n: count(), mean: avg('age') }, received undefined",
    ],
    ["null for figures", figures(null), "figures must be an object such as { n: count(), mean: avg('age') }, received null"],
    ["a list of figures", figures([count()]), "figures must be an object such as { n: count(), mean: avg('age') }, received an array of 1"],
    ["a revoked proxy for figures", figures(revoked()), "received a Proxy"],
    ["a name for a figure", figures({ n: "count" }), 'aggregate(): n must be count(), sum(), avg(), min() or max(), received "count"'],
    [
      "a figure made by hand",
      figures({ n: { op: "sum", field: "age" } }),
      "n must be count(), sum(), avg(), min() or max(), received an object",
    ],
    ["the maker of a figure", figures({ n: count }), "n must be count(), sum(), avg(), min() or max(), received a function"],
    [
      "a figure named __proto__",
      figures(Object.fromEntries([["__proto__", count()]])),
      "aggregate(): the name of a figure must be another one",
    ],
    [
      "a figure named constructor",
      figures({ constructor: count() }),
      "aggregate(): the name of a figure must be another one than __proto__",
    ],
    [
      "a figure named as its group",
      figures({ dept: count() }, { groupBy: "dept" }),
      "the name of a figure must be another one than those of the fields in groupBy",
    ],
    ["a figure of __proto__", figures({ n: sum("__proto__") }), `aggregate(): ${reserved}`],
    ["a figure of an unknown field", ({ products }) => products.aggregate({ n: max("color") }), `aggregate(): ${field("color")}`],
    ["groupBy null", figures({ n: count() }, { groupBy: null }), group("null")],
    ["groupBy nothing", figures({ n: count() }, { groupBy: "" }), group('""')],
    ["groupBy a hole", figures({ n: count() }, { groupBy: withHole("dept", "age") }), group("undefined")],
    ["groupBy a list of lists", figures({ n: count() }, { groupBy: [["dept"]] }), group("an array of 1")],
    ["groupBy a revoked proxy", figures({ n: count() }, { groupBy: revoked() }), group("a Proxy")],
    ["groupBy __proto__", figures({ n: count() }, { groupBy: "__proto__" }), `aggregate(): ${reserved}`],
    [
      "groupBy an unknown field",
      ({ products }) => products.aggregate({ n: count() }, { groupBy: ["color"] }),
      `aggregate(): ${field("color")}`,
    ],
    ["limit -1", groups({ limit: -1 }), `aggregate(): limit ${counting("-1")}`],
    ["limit NaN", groups({ limit: Number.NaN }), `aggregate(): limit ${counting("NaN")}`],
    [
      "offset, which it does not have",
      groups({ offset: 1 }),
      'aggregate(): unknown option "offset" (it takes where, groupBy, having, orderBy, limit)',
    ],
    [
      "having a condition",
      ({ users }) => users.aggregate({ n: count() }, { groupBy: "dept", having: users.fields.age.gt(1) }),
      "having must be a function, received a Condition",
    ],
    [
      "having an async function",
      groups({ having: async () => true }),
      `aggregate(): having ${answer("a Promise (it cannot be an async function)")}`,
    ],
    ["having an async function that fails", groups({ having: failing }), `aggregate(): having ${answer("a Promise")}`],
    ["having a count", groups({ having: ({ n }: { n: number }) => n }), `aggregate(): having ${answer("2 (write a comparison)")}`],
    [
      "having without groups",
      figures({ n: count() }, { having: () => true }),
      "having must be left out where there is no groupBy, received a function",
    ],
    [
      "orderBy without groups",
      figures({ n: count() }, { orderBy: "n" }),
      'orderBy must be left out where there is no groupBy, received "n"',
    ],
    ["limit without groups", figures({ n: count() }, { limit: 1 }), "limit must be left out where there is no groupBy, received 1"],
    ["orderBy what is no column", groups({ orderBy: "-age" }), 'orderBy must name a column of the result, received "age" (it has dept, n)'],
    ["orderBy null", groups({ orderBy: null }), `aggregate(): ${order("null")}`],
  ]);
  refuses("having that writes", "DEADLOCK", [
    [
      "a record",
      ({ users }) => users.aggregate({ n: count() }, { groupBy: "dept", having: () => users.clear() === 1 }),
      "clear() was called by a function that aggregate() runs",
    ],
  ]);
  passes("what having throws", [
    ["at once", ({ users }, error) => users.aggregate({ n: count() }, { groupBy: "dept", having: () => raise(error) })],
  ]);

  const make = { count, sum, avg, min, max } as unknown as Readonly<
    Record<"count" | "sum" | "avg" | "min" | "max", (field?: unknown) => unknown>
  >;

  refuses("the field of a figure", "INVALID_ARGUMENT", [
    ["none in sum()", () => make.sum(), "sum(): field must be a field name, received undefined"],
    ["none in avg()", () => make.avg(), "avg(): field must be a field name, received undefined"],
    ["none in min()", () => make.min(), "min(): field must be a field name, received undefined"],
    ["none in max()", () => make.max(), "max(): field must be a field name, received undefined"],
    ["null in count()", () => make.count(null), "count(): field must be a field name, received null"],
    ["empty in count()", () => make.count(""), 'count(): field must be a field name, received ""'],
    ["a list in sum()", () => make.sum(["a"]), "sum(): field must be a field name, received an array of 1"],
    ["a symbol in max()", () => make.max(Symbol("a")), "max(): field must be a field name, received a symbol"],
    ["a field in avg()", ({ real }) => make.avg(real.users.field("age")), "avg(): field must be a field name, received a Field"],
  ]);
}
