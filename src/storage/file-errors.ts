import { isNativeError } from "node:util/types";
import { describe } from "../base/describe.js";
import { codeOf } from "./steps.js";

/** An error as the file system makes them. */
export function systemError(code: string, what: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${what} '${path}'`), { code, path });
}

/** The same error with more to say: its code stays, it becomes the cause. */
export function explained(error: unknown, path: string, hint: string): Error {
  const message = isNativeError(error) ? error.message : describe(error);
  return Object.assign(new Error(`${message} (${hint})`, { cause: error }), { code: codeOf(error), path });
}
