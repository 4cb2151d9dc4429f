/** true for `any`, false for every other type. */
export type IsAny<V> = [unknown] extends [V] ? (0 extends 1 & V ? true : false) : false;

/** The same type, written out field by field, so that a hover shows fields instead of the steps that led to them. */
export type Simplify<T> = { [P in keyof T]: T[P] } & {};

/** One value, or an array of them. */
export type OneOrMore<V> = V | readonly V[];
