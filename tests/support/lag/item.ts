import type { Commit, DictDB, Table } from "../../../src/index.js";

/** A record of about a thousand bytes. */
export interface Item {
  id: number;
  group: number;
  n: number;
  text: string;
}

/** How many records there are all the time. */
export const itemCount = 400;
export const textLength = 1_000;

export function itemOf(id: number, n: number): Item {
  return { id, group: id % 7, n, text: String.fromCharCode(97 + (n % 26)).repeat(textLength) };
}

export function createItems(db: DictDB): Table<Item> {
  const items = db.createTable<Item>("items");
  items.createIndex("group");
  items.insert(Array.from({ length: itemCount }, (_, i) => itemOf(i + 1, 0)));
  return items;
}

/** What records there are, in short; texts are told by their first letter and their length. */
export function digestOf(items: Iterable<Readonly<Item>>): string {
  return Array.from(items, ({ id, group, n, text }) => `${id} ${group} ${n} ${text[0]}${text.length}`)
    .sort()
    .join("\n");
}

/** The records as a feed tells of them, and what does not fit what it told before. */
export class Follower {
  readonly contradictions: string[] = [];
  readonly #items: Map<number, Item>;
  #seq: number;

  constructor(items: readonly Item[], seq: number) {
    this.#items = new Map(items.map((item) => [item.id, item]));
    this.#seq = seq;
  }

  get digest(): string {
    return digestOf(this.#items.values());
  }

  readonly take = ({ seq, changes }: Commit): void => {
    if (seq <= this.#seq) this.contradictions.push(`commit ${seq} after ${this.#seq}`);
    this.#seq = seq;
    for (const change of changes) {
      if (!("key" in change)) continue;
      const [before, after] = [change.before, change.after] as unknown as (Item | undefined)[];
      const known = this.#items.get(change.key as number);
      if (known?.n !== before?.n) this.contradictions.push(`commit ${seq} found ${before?.n} at ${change.key}, not ${known?.n}`);
      if (after === undefined) this.#items.delete(change.key as number);
      else this.#items.set(after.id, after);
    }
  };
}
