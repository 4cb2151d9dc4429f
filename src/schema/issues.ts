import type { CallSite } from "../base/arguments.js";
import { describe } from "../base/describe.js";
import { SchemaValidationError, type SchemaIssue } from "../base/errors.js";

/** How many issues an error's message spells out; its `issues` always has all of them. */
const spelledOut = 3;

/**
 * Throws the error for a record that does not fit: its message names the record, the table and the first few issues and counts the others.
 *
 * @param phrase an issue as it reads inside the error's message
 */
export function throwIssues(where: CallSite, table: string, issues: readonly SchemaIssue[], phrase: (issue: SchemaIssue) => string): never {
  const first = issues.slice(0, spelledOut).map(phrase).join("; ");
  const others = issues.length > spelledOut ? `; and ${issues.length - spelledOut} more` : "";
  const [record, index, key] = typeof where === "string" ? [`${where}: the record`] : [where.toString(), where.index, where.key];
  const message = `${record} does not fit the schema of table ${describe(table)}: ${first}${others}`;
  const which = { ...(index !== undefined && { index }), ...(key !== undefined && { key }) };
  throw new SchemaValidationError(message, Object.freeze(issues), { table, ...which });
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
