// A benchmark that did not do its work must not report a time: every item ends in one of these checks.
import { inspect } from "node:util";
import { mix, nameOf } from "./data.mjs";

/** @typedef {import("./model.mjs").Model} Model */

const SAMPLE = 12;

/**
 * @param {unknown} received
 * @param {unknown} expected
 * @param {string} what
 */
export function expectEqual(received, expected, what) {
  if (!Object.is(received, expected)) throw new Error(`${what}: expected ${inspect(expected)}, received ${inspect(received)}`);
}

/**
 * @param {readonly { salary: number }[]} rows
 * @param {{ count: number, salaries: number }} expected
 * @param {string} what
 */
export function expectRows(rows, expected, what) {
  expectEqual(rows.length, expected.count, `${what}, rows`);
  let salaries = 0;
  for (const row of rows) salaries += row.salary;
  expectEqual(salaries, expected.salaries, `${what}, sum of salaries`);
}

/**
 * Compares a whole store with the model by its size, single records and both indexed fields.
 * @param {any} store
 * @param {Model} model
 * @param {(id: number) => any} toKey
 */
export async function expectStore(store, model, toKey) {
  expectEqual(await store.size(), model.count, "number of records");
  for (let i = 0; i < SAMPLE; i++) {
    const id = 1 + (mix(i, 20) % model.size);
    const row = await store.get(toKey(id));
    if (!model.has(id)) {
      expectEqual(isAbsent(row), true, `record ${id} was deleted`);
      continue;
    }
    expectEqual(row.name, nameOf(id), `name of ${id}`);
    expectEqual(row.age, model.age(id), `age of ${id}`);
    expectEqual(row.salary, model.salary(id), `salary of ${id}`);
  }
  for (const age of [20, 44, 79]) expectRows(await store.equality(age), model.withAge(age), `age ${age}`);
  for (const low of [30_000, 121_000, 229_000]) {
    expectRows(await store.range(low, low + 999), model.withSalary(low, low + 999), `salary from ${low}`);
  }
}

/** TinyBase answers with an empty row, the others with undefined or null. @param {any} row */
const isAbsent = (row) => row === undefined || row === null || row.salary === undefined;

/**
 * @param {readonly { dept: string, n: number, mean: number }[]} rows
 * @param {Model} model
 */
export function expectGroups(rows, model) {
  const groups = model.groups();
  expectEqual(rows.length, groups.size, "number of groups");
  for (const { dept, n, mean } of rows) {
    const group = groups.get(dept);
    if (group === undefined) throw new Error(`unexpected group ${dept}`);
    expectEqual(n, group.n, `count of ${dept}`);
    expectEqual(Math.abs(mean - group.total / group.n) < 1e-6, true, `mean salary of ${dept} is ${mean}`);
  }
}
