import { people, mix } from "../work/data.mjs";
import { elapsedMs, startClock } from "../work/clock.mjs";

/** How many operations are drawn before the sequence begins again. A power of two. */
const DRAWN = 2 ** 20;
/** The salary that a write leaves tells who wrote it when: the thread above this bit, the number of the operation below. */
const THREAD_UNIT = 2 ** 28;

/** @param {number} thread @param {number} i */
const salaryBy = (thread, i) => (thread + 1) * THREAD_UNIT + i;

/** What one thread does to a store: reads and writes of random records in a given proportion, and the memory of what it wrote. */
export class Mixer {
  /** @param {import("./peers/peer.mjs").ThreadStore} store @param {number} thread @param {number} size */
  constructor(store, thread, size) {
    this.store = store;
    this.thread = thread;
    this.people = people(1, size);
    this.ids = Int32Array.from({ length: DRAWN }, (_, i) => 1 + (mix(i, 40 + thread) % size));
    /** 0 to 99; a write where the percentage is above it. */
    this.dice = Uint8Array.from({ length: DRAWN }, (_, i) => mix(i, 50 + thread) % 100);
    /** The salary that this thread wrote last, by id; 0 where it wrote none. */
    this.written = new Float64Array(size + 1);
    this.next = 0;
  }

  /**
   * @param {number} percent how many of 100 operations are writes
   * @param {number} ms how long to go on
   * @returns {{ operations: number, ms: number }} what was done, by the clock that leaves out waits for a processor
   */
  run(percent, ms) {
    const begin = this.next;
    const clock = startClock();
    let read = 0;
    let chunk = 16;
    for (let now = clock.at; now - clock.at < ms;) {
      read += this.#chunk(percent, this.next, this.next + chunk);
      this.next += chunk;
      const before = now;
      now = performance.now();
      if (now - before < 1 && chunk < 65_536) chunk *= 2;
    }
    const took = elapsedMs(clock);
    let expected = 0;
    for (let i = begin; i < this.next; i++) if (this.dice[i % DRAWN] >= percent) expected += this.ids[i % DRAWN];
    if (read !== expected) throw new Error(`the ids that were read add up to ${read}, not ${expected}`);
    return { operations: this.next - begin, ms: took };
  }

  /** @param {number} percent @param {number} from @param {number} to */
  #chunk(percent, from, to) {
    const { store, people, ids, dice, written, thread } = this;
    let read = 0;
    for (let i = from; i < to; i++) {
      const at = i & (DRAWN - 1);
      const id = ids[at];
      if (dice[at] >= percent) read += store.get(id).id;
      else {
        const { name, age, dept } = people[id - 1];
        const salary = salaryBy(thread, i);
        store.put({ id, name, age, dept, salary });
        written[id] = salary;
      }
    }
    return read;
  }
}

/**
 * Compares a whole store with what the threads wrote: a record is as it was at first, or as one of its writers left it last.
 * @param {import("./peers/peer.mjs").ThreadStore} store
 * @param {number} size
 * @param {readonly Float64Array[]} written by thread
 */
export function checkStore(store, size, written) {
  for (const person of people(1, size)) {
    const found = store.get(person.id);
    const last = written.map((salaries) => salaries[person.id]).filter((salary) => salary > 0);
    const expected = last.length > 0 ? last : [person.salary];
    if (!expected.includes(found.salary)) throw new Error(`the salary of ${person.id} is ${found.salary}, not ${expected.join(" or ")}`);
    if (found.name !== person.name || found.age !== person.age || found.dept !== person.dept)
      throw new Error(`person ${person.id} changed`);
  }
}
