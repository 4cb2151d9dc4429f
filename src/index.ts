export { DictDB } from "./database/database.js";
export { and, Condition, not, or } from "./condition/condition.js";
export { avg, count, max, min, sum } from "./query/aggregate-spec.js";
export { RWLock } from "./lock/rw-lock.js";
export * from "./base/errors.js";
