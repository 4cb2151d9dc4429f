import { DictDB } from "../../src/index.js";
import type { Commit, OpenTransaction, Snapshot, Table } from "../../src/index.js";

export interface CutRow {
  id: number;
  n: number;
  h: string;
  u: number | null;
  tags: string[];
}

/** Which indexes the table has. */
export const indexings = ["none", "hash", "sorted", "multi", "unique", "all"] as const;
export type Indexing = (typeof indexings)[number];

/** The sum that the two accounts of each database keep, whatever is moved between them. */
const wealth = 100;

/**
 * A database whose verbs are cut off half-way. Whatever is cut off, wherever: indexes must find what a scan finds, snapshots show their moment, units be
 * whole, and who follows the commits have what the table has.
 */
export class CutWorld {
  readonly db = new DictDB({ lockTimeoutMs: 500 });
  readonly table: Table<CutRow>;
  readonly #accounts: Table<{ id: number; n: number }>;
  readonly #followed = new Map<number, CutRow>();
  readonly #seqs: number[] = [];
  readonly #complaints: string[] = [];
  readonly #firstSeq: number;
  readonly #snapshots: { readonly snapshot: Snapshot; readonly rows: readonly CutRow[] }[] = [];
  #transaction: OpenTransaction | undefined;
  #round = 0;

  constructor(medium: "local" | "shared", indexing: Indexing) {
    this.table = this.db.createTable<CutRow>("rows");
    this.#accounts = this.db.createTable("accounts");
    this.#accounts.insert([{ n: wealth }, { n: 0 }]);
    if (indexing === "hash" || indexing === "all") this.table.createIndex("h");
    if (indexing === "sorted" || indexing === "all") this.table.createIndex("n", { type: "sorted" });
    if (indexing === "multi" || indexing === "all") this.table.createIndex("tags", { multi: true });
    if (indexing === "unique" || indexing === "all") this.table.createIndex("u", { unique: true });
    this.table.insert(Array.from({ length: 30 }, () => this.#row()));
    for (const row of this.table.all()) this.#followed.set(row.id, row);
    if (medium === "shared") this.db.share({ logLimitBytes: 16 * 1_024 });
    this.#firstSeq = this.db.seq;
    this.db.on("commit", (commit) => this.#follow(commit));
    this.db.on("error", (error) => this.#complaints.push(String(error)));
  }

  /** What can be cut off, by name. */
  readonly verbs: Readonly<Record<string, () => unknown>> = {
    insert: () => this.table.insert(this.#row()),
    insertMany: () => this.table.insert(Array.from({ length: 20 }, () => this.#row())),
    update: () => this.table.update({ n: ++this.#round % 7, h: `h${this.#round % 5}`, tags: [`t${this.#round % 3}`] }, this.#someKey()),
    updateMany: () => this.table.update({ n: ++this.#round % 7 }, { where: { h: `h${this.#round % 5}` } }),
    upsert: () => this.table.upsert({ ...this.#row(), id: 1 + (this.#round % 50) }),
    delete: () => this.table.delete(this.#someKey()),
    deleteMany: () => this.table.delete({ where: { n: ++this.#round % 7 } }),
    clear: () => this.table.clear(),
    createIndex: () => this.table.createIndex(["n", "h"]),
    dropIndex: () => this.table.hasIndex(["n", "h"]) && this.table.dropIndex(["n", "h"]),
    createTable: () => this.db.createTable("other", { ifNotExists: true }).insert({ n: 1 }),
    dropTable: () => this.db.hasTable("other") && this.db.dropTable("other"),
    atomic: () => this.db.atomic(() => this.#move()),
    commit: () => {
      void this.#transaction?.rollback(); // one that was cut off before it was committed
      this.#transaction = undefined;
      this.#transaction = this.db.begin();
      const accounts = this.#transaction.getTable(this.#accounts);
      const [a, b] = accounts.all();
      accounts.update({ n: a!.n - 1 }, a!.id);
      accounts.update({ n: b!.n + 1 }, b!.id);
      this.#transaction.commit().catch(() => undefined);
    },
    count: () => this.table.count((row) => row.n > this.table.size),
    snapshot: () => this.db.snapshot().close(),
  };

  /** Opens a snapshot, which {@link expectSound} compares with what it was opened on. */
  openSnapshot(): void {
    this.#snapshots.push({ snapshot: this.db.snapshot(), rows: sorted(this.table.all()) });
    if (this.#snapshots.length > 3) this.#snapshots.shift()!.snapshot.close();
  }

  /** What must hold at once, in the very turn of the cut. */
  expectSound(after: string): void {
    try {
      this.#check();
    } catch (error) {
      throw new Error(`after ${after}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  #check(): void {
    const { table } = this;
    const all = table.all();
    for (let n = 0; n < 7; n++) {
      same(keys(table.select({ where: { n } })), keys(all.filter((row) => row.n === n)));
      same(keys(table.select({ where: { h: `h${n}` } })), keys(all.filter((row) => row.h === `h${n}`)));
      const tagged = table.select({ where: table.fields.tags.contains(`t${n}`) });
      same(keys(tagged), keys(all.filter((row) => row.tags.includes(`t${n}`))));
    }
    for (const { u, id } of all) if (u !== null) same(keys(table.select({ where: { u } })), [id]);
    for (const { snapshot, rows } of this.#snapshots) same(sorted(snapshot.getTable<CutRow>("rows").all()), rows);
    same(
      this.#accounts.all().reduce((sum, { n }) => sum + n, 0),
      wealth,
    );
    table.check();
    if (table.size > 80) table.delete({ where: table.fields.id.gt(0) });
    const key = table.insert(this.#row());
    same(table.has(key), true);
    table.update({ n: 3 }, key);
    same(table.delete(key), 1);
    table.check();
  }

  /** What must hold once everybody was told. */
  async checkTold(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.db.sync();
    await new Promise((resolve) => setImmediate(resolve));
    same(this.#complaints, []);
    same(
      this.#seqs,
      [...new Set(this.#seqs)].sort((a, b) => a - b),
    );
    same(
      this.#seqs.every((seq) => seq > this.#firstSeq && seq <= this.db.seq),
      true,
    );
    same(sorted([...this.#followed.values()]), sorted(this.table.all()));
  }

  /**
   * Nothing stays open but what is kept on purpose.
   * @param mayLose whether what a verb was to give its caller may have been lost on the way
   */
  async end(mayLose = false): Promise<void> {
    for (const { snapshot } of this.#snapshots) snapshot.close();
    await this.#transaction?.rollback();
    await this.checkTold();
    this.db.atomic(() => this.#move());
    const { rowLocks, openSnapshots } = this.db.stats();
    same([rowLocks, mayLose ? 0 : openSnapshots], [0, 0]);
    await this.db.close();
  }

  #row(): Omit<CutRow, "id"> {
    const round = ++this.#round;
    return { n: round % 7, h: `h${round % 5}`, u: round % 4 === 0 ? null : round, tags: [`t${round % 3}`, `t${round % 2}`] };
  }

  #someKey(): number {
    const all = this.table.all();
    return all[this.#round % Math.max(all.length, 1)]?.id ?? 1;
  }

  #move(): void {
    const accounts = this.#accounts;
    accounts.update((row) => ({ n: row.n - 1 }), 1);
    this.table.insert(this.#row());
    accounts.update((row) => ({ n: row.n + 1 }), 2);
  }

  #follow({ seq, changes }: Commit): void {
    this.#seqs.push(seq);
    for (const change of changes) {
      if (change.table !== "rows" || !("key" in change)) continue;
      const key = change.key as number;
      if (change.before !== undefined) same(this.#followed.get(key), change.before);
      if (change.type === "delete") this.#followed.delete(key);
      else this.#followed.set(key, change.after as unknown as CutRow);
    }
  }
}

function same(found: unknown, expected: unknown): void {
  const [foundText, expectedText] = [JSON.stringify(found), JSON.stringify(expected)];
  if (foundText !== expectedText) throw new Error(`found ${foundText}, expected ${expectedText}`);
}

function sorted(rows: readonly CutRow[]): CutRow[] {
  return [...rows].sort((a, b) => a.id - b.id);
}

function keys(rows: readonly { readonly id: number }[]): number[] {
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}
