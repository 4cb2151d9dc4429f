import type { Commit, DictDB } from "../../../src/index.js";
import { rowOf, tableNames } from "./operation.js";
import type { Item, Row, TableName } from "./operation.js";
import type { Rows } from "./plain-store.js";

/** A copy of the tables that is kept up to date by the feed alone: the database is never asked. */
export class FeedCopy {
  readonly #tables: Readonly<Record<TableName, Map<number, Row>>>;
  readonly #off: () => void;
  #seq: number;
  #awaited: { readonly seq: number; readonly resolve: () => void } | undefined;
  /** What the feed said that did not fit what it had said before. */
  readonly contradictions: string[] = [];

  /** @param rows what the tables hold at this moment */
  constructor(db: DictDB, rows: Rows) {
    this.#tables = { left: byKey(rows.left), right: byKey(rows.right) };
    this.#seq = db.seq;
    this.#off = db.on("commit", (commit) => this.#take(commit));
  }

  /** Waits until the feed has told of a commit; false when it does not for a long time. */
  async reaches(seq: number, timeoutMs = 5_000): Promise<boolean> {
    if (this.#seq >= seq) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      const done = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#awaited = { seq, resolve: done };
    });
  }

  rows(): Rows {
    const sorted = (table: TableName): Row[] => [...this.#tables[table].values()].sort(([a], [b]) => a - b);
    return { left: sorted("left"), right: sorted("right") };
  }

  end(): void {
    this.#off();
  }

  #take({ seq, changes }: Commit): void {
    if (seq <= this.#seq) this.contradictions.push(`the feed told of commit ${seq} after ${this.#seq}`);
    this.#seq = seq;
    for (const change of changes) {
      if (!("key" in change) || !tableNames.includes(change.table as TableName)) continue;
      const rows = this.#tables[change.table as TableName];
      const key = change.key as number;
      const [before, after] = [change.before, change.after].map((item) => item && rowOf(item as unknown as Item));
      if (JSON.stringify(before) !== JSON.stringify(rows.get(key))) {
        this.contradictions.push(
          `the feed says that commit ${seq} found ${before?.join()} at ${change.table} ${key}, not ${rows.get(key)?.join()}`,
        );
      }
      if (after === undefined) rows.delete(key);
      else rows.set(key, after);
    }
    if (this.#awaited !== undefined && seq >= this.#awaited.seq) this.#awaited.resolve();
  }
}

function byKey(rows: readonly Row[]): Map<number, Row> {
  return new Map(rows.map((row) => [row[0], row]));
}
