import { types } from "node:util";

const longest = 60;

/** A short, safe rendering of any value for an error message: never throws, never long, never runs the value's own code. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
    case "number":
    case "boolean":
    case "undefined":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return describeBigint(value);
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    case "object":
      return describeObject(value);
  }
}

function describeBigint(value: bigint): string {
  // Printing in base 16 takes linear time, in base 10 it does not.
  const digits = value.toString(16).length;
  return digits > longest ? `a bigint of about ${digits * 4} bits` : `${value}n`;
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  if (types.isProxy(value)) return "a Proxy";
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : `an array of ${value.length}`;
  const name = className(value);
  if (name === undefined || name === "Object") return "an object";
  return `${/^[AEIO]/i.test(name) ? "an" : "a"} ${name.slice(0, longest)}`;
}

/** The name of the class that an object was made by. Looks at data properties alone, because a getter or a proxy would run foreign code. */
function className(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  const constructor = dataProperty(prototype, "constructor");
  const name = dataProperty(constructor, "name");
  return typeof name === "string" && name !== "" ? name : undefined;
}

function dataProperty(holder: unknown, name: string): unknown {
  const readable = (typeof holder === "object" && holder !== null) || typeof holder === "function";
  return readable && !types.isProxy(holder) ? Object.getOwnPropertyDescriptor(holder, name)?.value : undefined;
}
