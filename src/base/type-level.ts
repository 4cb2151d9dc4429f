/** true for `any`, false for every other type. */
export type IsAny<V> = [unknown] extends [V] ? (0 extends 1 & V ? true : false) : false;

/** The same type, written out field by field, so that a hover shows fields instead of the steps that led to them. */
export type Simplify<T> = { [P in keyof T]: T[P] } & {};

/** One value, or an array of them. */
export type OneOrMore<V> = V | readonly V[];

/**
 * One record or an array of them, as the type of an argument whose own type is inferred as `R`. It is never `R` itself, which only stands where the
 * compiler looks for something to infer it from. So one signature serves for one and for several, and its errors are those of one.
 */
export type OneOrArray<R, One> =
  // Asked together, these two are answered at once even where `One` holds type parameters.
  [Same<R, One>, Same<R, readonly One[]>] extends [false, false] ? ([R] extends [never] ? R : One | readonly One[]) : One | readonly One[];

/** One answer for one record, an array of answers for an array; `One` is the type of a record, which may hold type parameters. */
export type ForEach<R, One, Answer> =
  Same<R, One> extends true ? Answer : IsAny<R> extends true ? Answer : R extends readonly unknown[] ? Answer[] : Answer;

// Two generic functions are the same type only if the types that they test against are identical, type parameters included.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the parameter is what makes the functions generic
export type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
