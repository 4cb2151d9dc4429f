// The people that every peer stores: a pure function of the id, so that each process makes the same ones.

/** @typedef {{ id: number, name: string, age: number, dept: string, salary: number }} Person */

export const DEPTS = ["Engineering", "Finance", "HR", "IT", "Legal", "Marketing", "Sales", "Support"];
export const AGES = { low: 20, count: 60 };
export const SALARIES = { low: 30_000, count: 200_000 };

/**
 * A well mixed unsigned 32-bit number from an integer and a stream number (the finalizer of MurmurHash3).
 * @param {number} n
 * @param {number} stream
 */
export function mix(n, stream) {
  let h = Math.imul(n, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** @param {number} id */
export const ageOf = (id) => AGES.low + (mix(id, 1) % AGES.count);
/** @param {number} id */
export const salaryOf = (id) => SALARIES.low + (mix(id, 2) % SALARIES.count);
/** @param {number} id */
export const deptOf = (id) => DEPTS[mix(id, 3) % DEPTS.length];

const letters = Buffer.alloc(12);

/**
 * A name of 6 to 12 letters. It is decoded from bytes and not concatenated: V8 keeps a concatenated string as a tree of its parts, which
 * would weigh on the memory figures and on the first comparison.
 * @param {number} id
 */
export function nameOf(id) {
  const length = 6 + (mix(id, 4) % 7);
  letters[0] = 65 + (mix(id, 5) % 26);
  for (let i = 1; i < length; i++) letters[i] = 97 + (mix(id * 16 + i, 6) % 26);
  return letters.toString("latin1", 0, length);
}

/**
 * @param {number} id
 * @returns {Person}
 */
export const personOf = (id) => ({ id, name: nameOf(id), age: ageOf(id), dept: deptOf(id), salary: salaryOf(id) });

/**
 * New objects each time: some peers keep or change what they are given.
 * @param {number} first
 * @param {number} last
 */
export function people(first, last) {
  const list = [];
  for (let id = first; id <= last; id++) list.push(personOf(id));
  return list;
}
