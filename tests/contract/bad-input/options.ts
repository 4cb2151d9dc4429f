import { count, DictDB, RWLock } from "../../../src/index.js";
import { revoked } from "./odd-values.js";
import type { Case, Refuses } from "./refusal.js";
import type { Loose, World } from "./world.js";

const NewDictDB = DictDB as unknown as new (options: unknown) => unknown;
const NewRWLock = RWLock as unknown as new (options: unknown) => Loose<RWLock>;

/** Every method with a trailing object of options, called with the given one. */
const takers: readonly (readonly [verb: string, call: (world: World, options: unknown) => unknown])[] = [
  ["new DictDB()", (_, options) => new NewDictDB(options)],
  ["createTable()", ({ db }, options) => db.createTable("t", options)],
  ["getTable()", ({ db }, options) => db.getTable("users", options)],
  ["on()", ({ db }, options) => db.on("commit", () => 1, options)],
  ["insert()", ({ users }, options) => users.insert({ name: "x" }, options)],
  ["insert()", ({ users }, options) => users.insert([], options)],
  ["upsert()", ({ users }, options) => users.upsert({ id: 1 }, options)],
  ["get()", ({ users }, options) => users.get(1, options)],
  ["select()", ({ users }, options) => users.select(options)],
  ["first()", ({ users }, options) => users.first(options)],
  ["iterate()", ({ users }, options) => users.iterate(options)],
  ["explain()", ({ users }, options) => users.explain(options)],
  ["aggregate()", ({ users }, options) => users.aggregate({ n: count() }, options)],
  ["createIndex()", ({ users }, options) => users.createIndex("name", options)],
  ["dept.like()", ({ users }, options) => users.fields.dept.like("a", options)],
  ["dept.ilike()", ({ users }, options) => users.fields.dept.ilike("a", options)],
  ["new RWLock()", (_, options) => new NewRWLock(options)],
  ["read()", (_, options) => new NewRWLock({}).read(() => 1, options)],
  ["write()", (_, options) => new NewRWLock({}).write(() => 1, options)],
  ["lock.read()", ({ users }, options) => users.lock.read(() => 1, options)],
  ["lock.write()", ({ users }, options) => users.lock.write(() => 1, options)],
];

class Options {
  readonly limit = 1;
}

/** What is no object of options, as an error words it. */
const notOptions: readonly (readonly [received: string, make: () => unknown])[] = [
  ["null", () => null],
  ["an empty array", () => []],
  ["an array of 1", () => [{ limit: 1 }]],
  ["a Map", () => new Map([["limit", 1]])],
  ["a Date", () => new Date(0)],
  ["an Options", () => new Options()],
  ['"limit"', () => "limit"],
  ['""', () => ""],
  ["5", () => 5],
  ["NaN", () => Number.NaN],
  ["true", () => true],
  ["1n", () => 1n],
  ["a symbol", () => Symbol("options")],
  ["a function", () => () => ({})],
  ["a Proxy", () => revoked()],
];

export function badOptions(refuses: Refuses): void {
  for (const [verb, call] of takers) {
    refuses(`the options of ${verb}`, "INVALID_ARGUMENT", [
      ...notOptions.map(([received, make]): Case => [
        received,
        (world) => call(world, make()),
        `${verb}: options must be a plain object, received ${received}`,
      ]),
      ["an unknown name", (world) => call(world, { nonsense: 1 }), `${verb}: unknown option "nonsense" (it takes `],
      ["an unknown name with nothing behind it", (world) => call(world, { nonsense: undefined }), `${verb}: unknown option "nonsense"`],
      ["__proto__ from JSON", (world) => call(world, JSON.parse('{"__proto__": {}}')), `${verb}: unknown option "__proto__"`],
      ["an inherited name", (world) => call(world, { toString: 1 }), `${verb}: unknown option "toString"`],
    ]);
  }
}
