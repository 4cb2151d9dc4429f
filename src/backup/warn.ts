import { isNativeError } from "node:util/types";
import { describe } from "../base/describe.js";

/** Tells of what nobody awaits. As text, because `emitWarning` throws at an error of another realm. */
export function warn(what: string, error: unknown): void {
  process.emitWarning(`${what}: ${isNativeError(error) ? error.message : describe(error)}`, { type: "DictDBWarning" });
}
