/**
 * How strictly transactions are kept apart.
 *
 * "serializable": the outcome is one that running them one after the other could have had. "snapshot": only two that change the same record
 * conflict.
 */
export type Isolation = "serializable" | "snapshot";
