import { unset } from "../../../src/index.js";
import { holes, revoked, withHole } from "./odd-values.js";
import type { Case, Refuses } from "./refusal.js";
import type { World } from "./world.js";

class Point {
  readonly x = 1;
}

const storable = "must be a string, number, boolean, null, bigint, Date, Uint8Array, array or plain object, received";
const plain = "must be a plain object, array, Date or Uint8Array, received";
const named = "must be an object whose fields are named by strings, received a symbol";
const reserved = "must be another one than __proto__, constructor and prototype, received";
const tooDeep = "is nested deeper than 64 levels, or contains itself";

/** Values that cannot be stored, and what the error says behind the place where they were found. */
const unstorable: readonly (readonly [what: string, make: () => unknown, message: string])[] = [
  ["a function", () => () => 1, `${storable} a function`],
  ["a class", () => Point, `${storable} a function`],
  ["a symbol", () => Symbol("s"), `${storable} a symbol`],
  ["a Map", () => new Map([[1, 2]]), `${plain} a Map (an instance of a class cannot be stored: convert it first)`],
  ["a Set", () => new Set([1]), `${plain} a Set`],
  ["an instance of a class", () => new Point(), `${plain} a Point`],
  ["an object with a prototype of its own", () => Object.create({ x: 1 }), `${plain} an object`],
  ["a RegExp", () => /x/, `${plain} a RegExp`],
  ["an Error", () => new Error("x"), `${plain} an Error`],
  ["a Promise", () => Promise.resolve(1), `${plain} a Promise`],
  ["a rejected Promise", () => rejected(), `${plain} a Promise`],
  ["a boxed number", () => Object(1), `${plain} a Number`],
  ["other typed arrays", () => new Float64Array(2), `${plain} a Float64Array`],
  ["a bare buffer", () => new ArrayBuffer(2), `${plain} an ArrayBuffer`],
  ["the globals", () => globalThis, plain],
  ["an invalid date", () => new Date(Number.NaN), "must be a valid date, received a Date (this Date is invalid)"],
  ["bytes that were given away", () => givenAway(), "must be a Uint8Array that still has its bytes, received a Uint8Array"],
  ["a sparse array", () => withHole(1, 3), `[1] ${storable} undefined`],
  ["an endless sparse array", () => holes(), `[0] ${storable} undefined`],
  ["undefined in an array", () => ["a", undefined], `[1] ${storable} undefined`],
  ["unset() in an array", () => ["a", unset()], "[1] must be a value, received unset() (unset() is for a field of the record itself"],
  ["unset() in an object", () => ({ a: unset() }), ".a must be a value, received unset()"],
  ["unset() as another thread got it", () => ({ a: structuredClone(unset()) }), ".a must be a value, received unset()"],
  ["a function in an array in an object", () => ({ list: [{ run: () => 1 }] }), `.list[0].run ${storable} a function`],
  ["a Map in an object", () => ({ map: new Map() }), `.map ${plain} a Map`],
  ["a field named by a symbol", () => ({ [Symbol("s")]: 1 }), named],
  ["a field named __proto__", () => JSON.parse('{"__proto__": {"admin": true}}'), `${reserved} "__proto__"`],
  ["a field named constructor", () => ({ constructor: 1 }), `${reserved} "constructor"`],
  ["a field named prototype", () => ({ prototype: 1 }), `${reserved} "prototype"`],
  ["a cyclic object", () => cyclic(), tooDeep],
  ["a cyclic array", () => cyclicArray(), tooDeep],
  ["a value 100 levels deep", () => nested(100), tooDeep],
  ["a value 100,000 levels deep", () => nested(100_000), tooDeep],
  ["a revoked proxy", () => revoked(), `${plain} a Proxy`],
  ["a proxy without end", () => endless(), tooDeep],
];

/** Every way into the database, called with a value in the field `x`. */
const waysIn: readonly (readonly [verb: string, put: (world: World, x: unknown) => unknown])[] = [
  ["insert()", ({ users }, x) => users.insert({ x })],
  ["insert() of many", ({ users }, x) => users.insert([{ name: "fine" }, { x }])],
  ["upsert() of a new record", ({ users }, x) => users.upsert({ x })],
  ["upsert() that merges", ({ users }, x) => users.upsert({ id: 1, x })],
  ["upsert() that replaces", ({ users }, x) => users.upsert({ id: 1, x }, { onConflict: "replace" })],
  ["update()", ({ users }, x) => users.update({ x }, 1)],
  ["update() that computes", ({ users }, x) => users.update(() => ({ x }), 1)],
  ["insert() in atomic()", ({ db, users }, x) => db.atomic(() => (users.insert({ name: "fine" }), users.insert({ x })))],
  ["a shorthand", ({ users }, x) => users.select({ where: { x } })],
  ["eq()", ({ users }, x) => users.fields.age.eq(x)],
  ["ne()", ({ users }, x) => users.fields.age.ne(x)],
  ["in()", ({ users }, x) => users.fields.age.in([1, x])],
  ["notIn()", ({ users }, x) => users.fields.age.notIn([x])],
  ["contains()", ({ users }, x) => users.fields.tags.contains(x)],
];

export function badValues(refuses: Refuses): void {
  for (const [verb, put] of waysIn) {
    refuses(
      `values for ${verb}`,
      "INVALID_ARGUMENT",
      unstorable.map(([what, make, message]): Case => [what, (world) => put(world, make()), message]),
    );
  }
}

/** What is no record, for verbs that take records. */
export const notRecords: readonly (readonly [received: string, make: () => unknown])[] = [
  ["undefined", () => undefined],
  ["null", () => null],
  ["5", () => 5],
  ['"Ann"', () => "Ann"],
  ["true", () => true],
  ["1n", () => 1n],
  ["a symbol", () => Symbol("s")],
  ["a function", () => () => ({})],
  ["a Map", () => new Map([["name", "Ann"]])],
  ["a Date", () => new Date(0)],
  ["a Point", () => new Point()],
  ["a Promise", () => rejected()],
  ["a Proxy", () => revoked()],
];

/** Objects that are no records because of what is in them, and what the error says. */
export const badRecords: readonly (readonly [what: string, make: () => object, message: string])[] = [
  ["a field named by a symbol", () => ({ [Symbol("s")]: 1 }), named],
  ["a field named __proto__", () => JSON.parse('{"__proto__": 1}') as object, `the name of a field ${reserved} "__proto__"`],
  ["a field named constructor", () => ({ constructor: 1 }), `the name of a field ${reserved} "constructor"`],
  ["a field named prototype", () => ({ prototype: 1 }), `the name of a field ${reserved} "prototype"`],
  ["itself inside", () => cyclic(), tooDeep],
];

function rejected(): Promise<never> {
  const promise = Promise.reject(new Error("of no interest"));
  promise.catch(() => undefined);
  return promise;
}

function givenAway(): Uint8Array {
  const bytes = new Uint8Array(4);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

function cyclic(): object {
  const object: Record<string, unknown> = {};
  object.self = object;
  object.again = object;
  return object;
}

function cyclicArray(): unknown[] {
  const array: unknown[] = [];
  array.push(array, array);
  return array;
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
}

/** Every one of its fields is such a proxy again. */
function endless(): object {
  return new Proxy({ next: undefined }, { get: () => endless() });
}
