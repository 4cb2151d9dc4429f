import { describe } from "../base/describe.js";
import { SchemaValidationError, type SchemaIssue } from "../base/errors.js";

/** How many issues an error's message spells out; its `issues` always has all of them. */
const spelledOut = 3;

/**
 * Throws the error for a record that does not fit: its message names the table and the first few issues and counts the others.
 *
 * @param phrase an issue as it reads inside the error's message
 */
export function throwIssues(table: string, issues: readonly SchemaIssue[], phrase: (issue: SchemaIssue) => string): never {
  const first = issues.slice(0, spelledOut).map(phrase).join("; ");
  const others = issues.length > spelledOut ? `; and ${issues.length - spelledOut} more` : "";
  const message = `table ${describe(table)}: the record does not fit the schema: ${first}${others}`;
  throw new SchemaValidationError(message, Object.freeze(issues), { table });
}

/** A path as one would write it in code: `address.city`, `tags[2]`, `["first name"]`. */
export function pathText(path: SchemaIssue["path"]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "string" && /^[\p{ID_Start}$_][\p{ID_Continue}$]{0,59}$/u.test(part)) text += text === "" ? part : `.${part}`;
    else text += `[${describe(part)}]`;
  }
  return text;
}
