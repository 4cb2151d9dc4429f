const common = [
  "terminate",
  "exit",
  "exit inside a verb",
  "throw",
  "exit at a point",
  "exit at a point",
  "terminate",
  "exit in a read section",
  "exit in a write section",
  "exit at a point",
] as const;

/** How threads end, one after the other. Exhausting the heap takes long, so it comes seldom. */
export const manners = [...common, "exhaust the heap", ...common] as const;

export type Manner = (typeof manners)[number];
