/**
 * The hand-written grouping, for the peers that have none of their own.
 * @param {Iterable<{ dept: string, salary: number }>} people
 */
export function meanByDept(people) {
  /** @type {Map<string, { n: number, total: number }>} */
  const totals = new Map();
  for (const { dept, salary } of people) {
    const group = totals.get(dept);
    if (group === undefined) totals.set(dept, { n: 1, total: salary });
    else {
      group.n++;
      group.total += salary;
    }
  }
  return Array.from(totals, ([dept, { n, total }]) => ({ dept, n, mean: total / n }));
}
