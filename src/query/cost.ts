import type { ConditionNode } from "../condition/node.js";
import type { Access } from "./access.js";

/** Up to so many candidates nobody notices which way was taken. */
const unnoticed = 1_000;

/**
 * What finding records costs, in the time in which a scan passes one record (2 to 3 ns).
 *
 * Measured on two cores of a server at 20,000, 200,000 and 1,000,000 records with 0.1 to 80 % of them matching. A scan reads memory in order. A
 * candidate of an index is a jump, which costs more the less of the table the processor's caches hold; to test it once more, the record itself is
 * read as well. A range of an index broke even with a scan at 25 % of 200,000 records and at 7 % of 1,000,000, an `or` over two indexes at 18 and
 * 7 %, an index with a further test at 12 and 4 %.
 */
const jump = 4;
const recordsPerJump = 50_000;
const longestJump = 28;

/** A test that is written out in the code of a scan, and one that is called. */
const writtenOut = 1;
const called = 7;

/**
 * Whether going through an access costs less than scanning the table.
 * @param residual what is left to be tested on each candidate
 * @param condition the whole of what a scan would test
 * @param size how many records the table has
 */
export function isWorthwhile(access: Access, residual: readonly ConditionNode[], condition: ConditionNode, size: number): boolean {
  if (access.kind === "key" || access.candidates <= unnoticed) return true;
  const perJump = Math.min(jump + size / recordsPerJump, longestJump);
  const jumps = (access.kind === "union" ? 2 : 1) + (residual.length > 0 ? 2 : 0);
  const perCandidate = jumps * perJump + residual.reduce((sum, node) => sum + testCost(node), 0);
  return access.candidates * perCandidate < size * (1 + testCost(condition));
}

function testCost(node: ConditionNode): number {
  switch (node.op) {
    case "and":
    case "or":
      return node.conditions.reduce((sum, inner) => sum + testCost(inner), 0);
    case "not":
      return testCost(node.condition);
    case "in":
    case "notIn":
    case "contains":
    case "endsWith":
    case "equals":
    case "like":
    case "matches":
      return called;
    default:
      return writtenOut;
  }
}
