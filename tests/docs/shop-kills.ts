import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { BackupManager, DictDB, sum } from "../../src/index.js";
import { randomFrom } from "../support/random.js";

/** How much tea the shop has at first, and how many backups it keeps: as the page says. */
const tea = 100_000;
const keep = 1_000;

const customers = 4;

interface Order {
  readonly id: string;
  readonly amount: number;
}

/** A service that was killed again and again, and what its customers know. */
export class ShopKills {
  readonly #script: string;
  readonly #folder: string;
  readonly #random: (below: number) => number;
  readonly #asked = new Map<string, Order>();
  /** The orders that the service has confirmed. */
  readonly confirmed = new Set<string>();
  /** What each customer wants now: after a kill, the order that got no answer. */
  readonly #wanted: Order[];
  readonly #findings: string[] = [];
  #files: readonly string[] = [];
  #seq = 0;

  constructor(script: string, folder: string, seed: number) {
    this.#script = script;
    this.#folder = folder;
    this.#random = randomFrom(seed);
    this.#wanted = Array.from({ length: customers }, () => this.#newOrder());
  }

  /**
   * Starts the service, kills it at a random moment while customers order, and looks at what it has left; so many times, then lets it end well.
   * @returns what is wrong, in words; nothing where all is well
   */
  async run(rounds: number): Promise<readonly string[]> {
    for (let round = 0; round < rounds && this.#findings.length === 0; round++) {
      // Now and then it is killed before it has answered anybody, or has even begun to listen.
      await this.#killOnce(round > 0 && this.#random(5) === 0 ? 0 : 1 + this.#random(30), this.#random(40));
      await this.#look();
    }
    if (this.#findings.length === 0) await this.#endWell();
    return this.#findings;
  }

  async #killOnce(answers: number, turns: number): Promise<void> {
    const service = this.#start();
    const ended = once(service, "exit");
    const kill = (): void => later(turns, () => service.kill("SIGKILL"));
    if (answers === 0) kill();
    const url = await addressOf(service);
    let missing = answers;
    const answered = (): void => {
      if (--missing === 0) kill();
    };
    if (url !== undefined) await Promise.all(this.#wanted.map((_, customer) => this.#orderOn(url, customer, answered)));
    const [code, signal] = (await ended) as [number | null, string | null];
    if (signal !== "SIGKILL") this.#findings.push(`the service ended by itself with ${code}`);
  }

  /** Orders one thing after the other until the service is gone. */
  async #orderOn(url: string, customer: number, answered: () => void): Promise<void> {
    while (await this.#order(url, this.#wanted[customer]!)) {
      this.#wanted[customer] = this.#newOrder();
      answered();
    }
  }

  /** Orders something; false if there was no answer. */
  async #order(url: string, { id, amount }: Order): Promise<boolean> {
    const body = JSON.stringify({ item: "tea", amount });
    const response = await fetch(`${url}/orders/${id}`, { method: "PUT", body }).catch(() => undefined);
    if (response === undefined) return false;
    if (response.status === 201) this.confirmed.add(id);
    else this.#findings.push(`order ${id} got ${response.status}`);
    await response.arrayBuffer().catch(() => undefined); // the status was the answer
    return true;
  }

  #newOrder(): Order {
    const order = { id: `order-${this.#asked.size}`, amount: 1 + this.#random(5) };
    this.#asked.set(order.id, order);
    return order;
  }

  /** What the folder holds while nobody runs must be whole, no older than before, and have every order that was confirmed, once. */
  async #look(): Promise<void> {
    const files = existsSync(this.#folder) ? (await BackupManager.verify(this.#folder)).files : [];
    if (files.length === 0) {
      if (this.confirmed.size > 0) this.#findings.push(`there is no backup, and ${this.confirmed.size} orders were confirmed`);
      return;
    }
    for (const { file, problem } of files) if (problem !== undefined) this.#findings.push(`${file}: ${problem}`);
    const gone = this.#files.filter((name) => files.every(({ file }) => file !== name));
    if (gone.length > 0 && files.length < keep) this.#findings.push(`pushed out: ${gone.join(", ")}`);
    this.#files = files.map(({ file }) => file);

    const { db, seq } = await BackupManager.restore(this.#folder);
    if (seq < this.#seq) this.#findings.push(`the state is that of commit ${seq}, and was that of ${this.#seq}`);
    this.#seq = seq;
    this.#count(db);
    await db.close();
  }

  #count(db: DictDB): void {
    const orders = db.getTable<{ id: string; amount: number }, "id">("orders");
    const stock = db.getTable<{ item: string; left: number }, "item">("stock");
    orders.check();
    stock.check();
    for (const id of this.confirmed) if (!orders.has(id)) this.#findings.push(`${id} was confirmed, and is lost`);
    for (const { id, amount } of orders.all()) {
      if (this.#asked.get(id)?.amount !== amount) this.#findings.push(`nobody has ordered ${amount} as ${id}`);
    }
    const { ordered } = orders.aggregate({ ordered: sum("amount") });
    const left = stock.get("tea")?.left ?? Number.NaN;
    if (left + (ordered ?? 0) !== tea) this.#findings.push(`${left} are left of ${tea}, and ${ordered} were ordered`);
  }

  async #endWell(): Promise<void> {
    const service = this.#start();
    const ended = once(service, "exit");
    const url = await addressOf(service);
    // An order that is sent again is the same order.
    for (const id of this.confirmed) if (url !== undefined) await this.#order(url, this.#asked.get(id)!);
    service.kill("SIGTERM");
    const [code] = (await ended) as [number | null];
    if (code !== 0) this.#findings.push(`the service ended with ${code} when it was asked to end`);
    await this.#look();
  }

  #start(): ChildProcess {
    const env = { ...process.env, SHOP_FOLDER: this.#folder, PORT: "0" };
    return spawn(process.execPath, [this.#script], { env, stdio: ["ignore", "pipe", "inherit"] });
  }
}

/** Where the service listens; undefined if it ended before it did. */
async function addressOf(service: ChildProcess): Promise<string | undefined> {
  for await (const line of service.stdout!) return String(line).trim();
  return undefined;
}

function later(turns: number, run: () => void): void {
  if (turns === 0) run();
  else setImmediate(() => later(turns - 1, run));
}
