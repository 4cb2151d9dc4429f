/* oxlint-disable typescript/no-explicit-any -- type-level code: `any` stands for what maps and functions are made of */

type Func = ((...args: any) => unknown) | (abstract new (...args: any) => unknown);

/** What is stored as a whole: nobody looks at its methods, or at the mark that a primitive type was branded with. */
type Whole = string | number | boolean | bigint | null | undefined | Date | Uint8Array;

/** What a type that cannot be stored is called in the compiler's message; never for the others. */
type Refused<V> = unknown extends V
  ? never
  : V extends Whole | readonly unknown[]
    ? never
    : V extends Func
      ? "a function"
      : V extends symbol
        ? "a symbol"
        : V extends RegExp
          ? "a RegExp"
          : V extends PromiseLike<unknown>
            ? "a Promise"
            : V extends ReadonlyMap<any, any>
              ? "a Map"
              : V extends ReadonlySet<any>
                ? "a Set"
                : unknown extends V[keyof V]
                  ? never
                  : [Extract<V[keyof V], Func>] extends [never]
                    ? never
                    : "an object with methods";

/** The members of a union that have fields or elements to look at. */
type Parted<V> = unknown extends V ? never : V extends Whole ? never : V;

/**
 * What is to be done about a type. As long as it depends on a type parameter, the compiler takes this for "whole" where it compares what it does not
 * know yet (no other answer comes of a type that everything is assignable to); so whoever has a record type parameter can make tables of it.
 */
type Verdict<V> = [Refused<V>] extends [never] ? ([Parted<V>] extends [never] ? "whole" : "parted") : "refused";

type StorableValue<V, F> = Verdict<V> extends "refused" ? Complaint<Refused<V>, F> : Verdict<V> extends "parted" ? StorableParts<V, F> : V;

// The elements of an array are told by an index signature, which the compiler looks at late: a mapped array would never end for an array of arrays
// of arrays.
type StorableParts<V, F> = V extends Whole
  ? V
  : V extends readonly unknown[]
    ? { readonly [index: number]: StorableValue<V[number], F> }
    : Storable<V>;

/**
 * What the records of a table are assignable to: the record type itself, in which each field that cannot be stored (a function, a Map, an object with
 * methods, ...) has a type that says so, in words.
 */
export type Storable<T> = { [F in keyof T]: StorableValue<T[F], F> };

/** What the compiler's message says of the fields that cannot be stored; never where all can. */
export type Unstorable<T> = T extends unknown
  ? { [F in keyof T]-?: T[F] extends StorableValue<T[F], F> ? never : Complaint<Refused<T[F]>, F> }[keyof T]
  : never;

type Complaint<Kind, F> = `field ${F & string} cannot be stored: ${[Kind] extends [never] ? "something in it" : Kind & string}`;
