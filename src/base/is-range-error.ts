import { isNativeError } from "node:util/types";

/** Whether something was thrown because the stack or the memory has ended. Node's own functions throw errors of another realm. */
export function isRangeError(error: unknown): boolean {
  return isNativeError(error) && error.name === "RangeError";
}
