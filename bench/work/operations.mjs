// What is done to each store once per operation, and what a correct store answers. Rows are only counted under the clock; `verify` looks
// into them afterwards, untimed.
import { AGES, DEPTS, SALARIES, deptOf, nameOf } from "./data.mjs";
import { expectEqual, expectGroups, expectRows, expectStore } from "./check.mjs";
import { TOP_LIMIT } from "./plan.mjs";

/** @typedef {import("./plan.mjs").Plan} Plan */
/** @typedef {import("./model.mjs").Model} Model */
/**
 * @typedef {import("./timing.mjs").Operation & {
 *   expect?: (plan: Plan, model: Model, i: number) => number,
 *   apply?: (plan: Plan, model: Model, i: number) => void,
 *   end?: (plan: Plan) => number,
 *   verify?: (store: any, plan: Plan, model: Model, toKey: (id: number) => any) => Promise<void>,
 * }} CheckedOperation `expect`: what `take` must give for operation i; `apply`: what operation i changes; `end`: at most so many operations
 */

/** @param {readonly unknown[]} rows */
const lengthOf = (rows) => rows.length;
const nothing = () => 0;

/** @param {number} i */
const ageAt = (i) => AGES.low + (i % AGES.count);
/** @param {Plan} plan @param {number} i */
const lowAt = (plan, i) => plan.salaries[i & plan.mask] - plan.rangeWidth;
/** @param {Plan} plan @param {number} i */
const scanAt = (plan, i) => plan.scans[i % plan.scans.length];

/** @param {Model} model @param {{ dept: string, name: string }} args */
const scanned = (model, { dept, name }) => model.sumUp((id) => deptOf(id) === dept && nameOf(id) > name);

/**
 * Remembers what a model answers to the same arguments, since the arguments come round again.
 * @template A
 * @param {(model: Model, args: A) => number} ask
 * @returns {(model: Model, args: A) => number}
 */
function remembered(ask) {
  /** @type {WeakMap<Model, Map<string, number>>} */
  const answers = new WeakMap();
  return (model, args) => {
    const known = answers.get(model) ?? new Map();
    answers.set(model, known);
    const name = JSON.stringify(args);
    if (!known.has(name)) known.set(name, ask(model, args));
    return known.get(name);
  };
}

const countAge = remembered((model, /** @type {number} */ age) => model.withAge(age).count);
const countScan = remembered((model, /** @type {{ dept: string, name: string }} */ args) => scanned(model, args).count);

/** The salaries in order, for counting ranges by two binary searches. @type {WeakMap<Model, Int32Array>} */
const sortedSalaries = new WeakMap();

/** @param {Model} model @param {number} low @param {number} high */
function countRange(model, low, high) {
  const sorted = sortedSalaries.get(model) ?? model.salaries.slice(1).sort();
  sortedSalaries.set(model, sorted);
  return lowerBound(sorted, high + 1) - lowerBound(sorted, low);
}

/** @param {Int32Array} sorted @param {number} value */
function lowerBound(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @type {CheckedOperation} */
const get = {
  call: (store, plan, i) => store.get(plan.keys[i & plan.mask]),
  take: (row) => row.salary,
  loop(store, { keys, mask }, from, to) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += store.get(keys[i & mask]).salary;
    return sum;
  },
  expect: (plan, model, i) => model.salary(plan.ids[i & plan.mask]),
};

/** @type {CheckedOperation} */
const equality = {
  call: (store, _plan, i) => store.equality(ageAt(i)),
  take: lengthOf,
  expect: (_plan, model, i) => countAge(model, ageAt(i)),
  async verify(store, _plan, model) {
    for (const age of [20, 31, 79]) expectRows(await store.equality(age), model.withAge(age), `age ${age}`);
  },
};

/** @type {CheckedOperation} */
const range = {
  call: (store, plan, i) => store.range(lowAt(plan, i), lowAt(plan, i) + plan.rangeWidth - 1),
  take: lengthOf,
  expect: (plan, model, i) => countRange(model, lowAt(plan, i), lowAt(plan, i) + plan.rangeWidth - 1),
  async verify(store, plan, model) {
    for (const low of [SALARIES.low, SALARIES.low + 77_777]) {
      const high = low + plan.rangeWidth - 1;
      expectRows(await store.range(low, high), model.withSalary(low, high), `salary ${low} to ${high}`);
    }
  },
};

/** @type {CheckedOperation} */
const scan = {
  call: (store, plan, i) => store.scan(scanAt(plan, i).dept, scanAt(plan, i).name),
  take: lengthOf,
  expect: (plan, model, i) => countScan(model, scanAt(plan, i)),
  async verify(store, plan, model) {
    const args = scanAt(plan, 0);
    expectRows(await store.scan(args.dept, args.name), scanned(model, args), `dept ${args.dept}, name after ${args.name}`);
  },
};

/** @type {CheckedOperation} */
const predicate = {
  ...scan,
  call: (store, plan, i) => store.predicate(scanAt(plan, i).dept, scanAt(plan, i).name),
  async verify(store, plan, model) {
    const args = scanAt(plan, 0);
    expectRows(await store.predicate(args.dept, args.name), scanned(model, args), `predicate on ${args.dept} and ${args.name}`);
  },
};

/** @type {CheckedOperation} */
const top = {
  call: (store) => store.top(TOP_LIMIT),
  take: lengthOf,
  expect: () => TOP_LIMIT,
  async verify(store, _plan, model) {
    const rows = await store.top(TOP_LIMIT);
    expectEqual(rows.map((/** @type {any} */ row) => row.salary).join(), model.top(TOP_LIMIT).join(), "highest salaries");
  },
};

/** @type {CheckedOperation} */
const groups = {
  call: (store) => store.groups(),
  take: lengthOf,
  expect: () => DEPTS.length,
  verify: async (store, _plan, model) => expectGroups(await store.groups(), model),
};

/** @type {CheckedOperation} */
const update = {
  call: (store, plan, i) => store.update(plan.keys[i], plan.salaries[i], plan.ages[i]),
  take: nothing,
  loop(store, { keys, salaries, ages }, from, to) {
    for (let i = from; i < to; i++) store.update(keys[i], salaries[i], ages[i]);
    return 0;
  },
  end: (plan) => plan.keys.length,
  apply: (plan, model, i) => {
    model.update(plan.ids[i], plan.salaries[i], plan.ages[i]);
  },
  verify: async (store, _plan, model, toKey) => expectStore(store, model, toKey),
};

/** @type {CheckedOperation} */
const remove = {
  call: (store, plan, i) => store.delete(plan.deletedKeys[i]),
  take: nothing,
  loop(store, { deletedKeys }, from, to) {
    for (let i = from; i < to; i++) store.delete(deletedKeys[i]);
    return 0;
  },
  // at most half of the table, so that it stays a large one
  end: (plan) => plan.size >> 1,
  apply: (plan, model, i) => model.delete(plan.deletedIds[i]),
  verify: async (store, _plan, model, toKey) => expectStore(store, model, toKey),
};

/** @type {Record<string, CheckedOperation>} */
export const OPERATIONS = { get, equality, range, scan, predicate, top, groups, update, delete: remove };
