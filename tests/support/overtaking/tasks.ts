import type { DictDB } from "../../../src/index.js";
import { Meeting } from "../meeting.js";
import { changes } from "./stage.js";
import type { Change } from "./stage.js";

/** Says that the thread is there. */
export function attend(_db: DictDB): void {
  // to be asked is enough
}

/** Changes something, and tells the thread that blocks meanwhile. */
export function disturb(db: DictDB, change: Change, word: Int32Array): void {
  try {
    changes[change](db);
  } finally {
    new Meeting(word).arrive();
  }
}
