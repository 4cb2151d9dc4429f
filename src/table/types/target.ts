import type { KeyOf } from "../../base/record-types.js";
import type { Where } from "../../condition/types/where.js";

/** The records that match, as the target of a change. */
export interface Matching<T> {
  /** Which records. It must be given: no change reaches every record because something was undefined. */
  where: Where<T>;
  /** true throws `RecordNotFoundError` when no record matches. Default: false. */
  mustMatch?: boolean | undefined;
}

/** Which records to change: one by its key, or those that match. */
export type Target<T, K extends PropertyKey> = KeyOf<T, K> | Matching<T>;
