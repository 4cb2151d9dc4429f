/** What a program found out about its claims; printed as one line of JSON when the program ends. */
export interface Findings {
  /** The lines whose claims were looked at. */
  readonly reached: readonly number[];
  /** What is not as claimed, by line. */
  readonly wrong: readonly { readonly line: number; readonly problem: string }[];
}

/** Starts the line that the findings stand on. */
export const findingsMark = "findings: ";
