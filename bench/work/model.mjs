// What a correct store holds, kept apart from every peer: the source of all expected results.
import { ageOf, deptOf, salaryOf } from "./data.mjs";

export class Model {
  /** @param {number} size */
  constructor(size) {
    this.size = size;
    this.count = size;
    this.ages = new Uint8Array(size + 1);
    this.salaries = new Int32Array(size + 1);
    this.alive = new Uint8Array(size + 1).fill(1, 1);
    for (let id = 1; id <= size; id++) {
      this.ages[id] = ageOf(id);
      this.salaries[id] = salaryOf(id);
    }
  }

  /** @param {number} id */
  age(id) {
    return this.ages[id];
  }

  /** @param {number} id */
  salary(id) {
    return this.salaries[id];
  }

  /** @param {number} id */
  has(id) {
    return this.alive[id] === 1;
  }

  /** @param {number} id @param {number} salary @param {number} age */
  update(id, salary, age) {
    this.salaries[id] = salary;
    this.ages[id] = age;
  }

  /** @param {number} id */
  delete(id) {
    this.alive[id] = 0;
    this.count--;
  }

  /**
   * How many people match, and the sum of their salaries.
   * @param {(id: number) => boolean} test
   */
  sumUp(test) {
    let count = 0;
    let salaries = 0;
    for (let id = 1; id <= this.size; id++) {
      if (this.has(id) && test(id)) {
        count++;
        salaries += this.salary(id);
      }
    }
    return { count, salaries };
  }

  /** @param {number} age */
  withAge(age) {
    return this.sumUp((id) => this.ages[id] === age);
  }

  /** @param {number} low @param {number} high */
  withSalary(low, high) {
    return this.sumUp((id) => this.salary(id) >= low && this.salary(id) <= high);
  }

  /**
   * The highest salaries, in descending order.
   * @param {number} limit
   */
  top(limit) {
    const salaries = [];
    for (let id = 1; id <= this.size; id++) if (this.has(id)) salaries.push(this.salary(id));
    return salaries.sort((a, b) => b - a).slice(0, limit);
  }

  /** Count and mean salary of each department. */
  groups() {
    /** @type {Map<string, { n: number, total: number }>} */
    const groups = new Map();
    for (let id = 1; id <= this.size; id++) {
      if (!this.has(id)) continue;
      const dept = deptOf(id);
      const group = groups.get(dept) ?? { n: 0, total: 0 };
      groups.set(dept, { n: group.n + 1, total: group.total + this.salary(id) });
    }
    return groups;
  }
}
