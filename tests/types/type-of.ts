// Two generic functions are the same type only if the types that they test against are identical.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the parameter is what makes the functions generic
type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

/** States, for the compiler to check, that a value's type is exactly this: `typeOf(users.all()).is<User[]>()`. */
export function typeOf<V>(_value: V): { is<Expected>(..._mismatch: Equal<V, Expected> extends true ? [] : [actual: V]): void } {
  return { is: () => undefined };
}
