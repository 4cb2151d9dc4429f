import type { Source } from "./arbitrary-operation.js";
import { classOf, exactText, plainCopy } from "./plain-order.js";
import type { PlainRecord } from "./plain-order.js";

/** The record of a source, with what is wrong with it. */
export function spoil({ fields, fault }: Source): unknown {
  const record: Record<string, unknown> = plainCopyWithUndefined(fields);
  switch (fault) {
    case undefined:
      return record;
    case "function":
      return { ...record, a: () => 1 };
    case "symbol":
      return { ...record, a: Symbol("a") };
    case "undefined element":
      return { ...record, tags: ["a", undefined] };
    case "invalid date":
      return { ...record, c: [new Date(NaN)] };
    case "instance":
      return { ...record, c: { inner: new Map() } };
    case "cycle":
      return Object.assign(record, { c: record });
    case "too deep":
      return { ...record, c: Array.from({ length: 64 }).reduce((inner) => [inner], 1) };
    case "forbidden name":
      return Object.defineProperty(record, "__proto__", { value: 1, enumerable: true });
    case "forbidden nested name":
      return { ...record, n: { constructor: 1 } };
    case "no object":
      return new Date(0);
    case "throwing getter":
      return Object.defineProperty(record, "b", {
        enumerable: true,
        get() {
          throw new Error("thrown");
        },
      });
  }
}

/** The caller's own copy, so that nothing of it is shared with the model. */
function plainCopyWithUndefined(fields: PlainRecord): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainCopy(value)]));
}

export function safeText(value: unknown): string {
  try {
    return exactText(value);
  } catch {
    return "what has no text: a cycle, or a getter that throws";
  }
}

/** Changes everything that can be changed in a value. */
export function scribble(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  switch (classOf(value)) {
    case "date":
      (value as Date).setTime(123);
      break;
    case "bytes":
      (value as Uint8Array).fill(99);
      break;
    case "array":
      for (const item of value as unknown[]) scribble(item);
      (value as unknown[]).push("scribbled");
      break;
    default:
      for (const member of Object.values(value)) scribble(member);
      Object.assign(value, { scribbled: true });
  }
}

export function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || classOf(value) === "bytes") return;
  Object.freeze(value);
  for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(value))) freeze(descriptor.value);
}

/** Whether nothing in a value can be written to, apart from bytes, which cannot be frozen. */
export function isFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null || classOf(value) === "bytes") return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}
