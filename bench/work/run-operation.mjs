import { expectEqual } from "./check.mjs";
import { Model } from "./model.mjs";
import { OPERATIONS } from "./operations.mjs";
import { makePlan } from "./plan.mjs";
import { collectGarbage, repeat } from "./timing.mjs";
import { people } from "./data.mjs";

/** @typedef {import("../peers/peer.mjs").Peer} Peer */
/**
 * How long one slice of an item runs, and which part of the operations that are left it may use up: 1 for all of them.
 * @typedef {{ warmMs: number, sliceMs: number, share: number }} Slice
 */
/** @typedef {{ ns: number, ms: number }} Timing nanoseconds per operation, and how long all of them took */

/** A store that was filled before the clock starts, together with the model of what it holds. */
export class Session {
  /** @param {Peer} peer @param {any} store @param {number} size */
  constructor(peer, store, size) {
    this.peer = peer;
    this.store = store;
    this.toKey = peer.toKey ?? ((/** @type {number} */ id) => id);
    this.plan = makePlan(size, peer);
    this.model = new Model(size);
    /** @type {Record<string, number>} */
    this.next = {};
  }

  /**
   * @param {Peer} peer
   * @param {number} size
   */
  static async open(peer, size) {
    const store = await peer.open({ indexed: true });
    const records = people(1, size);
    await store.insertMany(peer.toRecord ? records.map(peer.toRecord) : records);
    const session = new Session(peer, store, size);
    await session.#checkOwnership();
    return session;
  }

  /** A peer that says that it copies must not be timed while it hands out references, nor the other way round. */
  async #checkOwnership() {
    const { peer, store, toKey } = this;
    const same = Object.is(await store.get(toKey(1)), await store.get(toKey(1)));
    expectEqual(same, peer.returns === "references", `${peer.title}: two reads give the same object`);
  }

  /**
   * Measures one slice of an operation on this store and checks what it did. The next slice goes on where this one ended.
   * @param {string} name
   * @param {Slice} slice
   * @returns {Promise<Timing>}
   */
  async measure(name, { warmMs, sliceMs, share }) {
    const operation = OPERATIONS[name];
    if (operation === undefined) throw new Error(`no operation ${name}`);
    const { peer, store, plan } = this;
    const from = this.next[name] ?? 0;
    const end = from + Math.floor(((operation.end?.(plan) ?? Infinity) - from) * share);
    // a fifth of a bounded operation may go into warming up, the rest is for the clock
    const warmEnd = end === Infinity ? end : from + Math.ceil((end - from) / 5);
    const warm = await repeat(peer, operation, store, plan, { from, end: warmEnd, budgetMs: warmMs });
    collectGarbage();
    const timed = await repeat(peer, operation, store, plan, { from: warm.to, end, budgetMs: sliceMs });
    this.next[name] = timed.to;
    this.#checkSum(name, operation, warm.sum + timed.sum, from, timed.to);
    for (let i = from; i < timed.to; i++) operation.apply?.(plan, this.model, i);
    await operation.verify?.(store, plan, this.model, this.toKey);
    const ops = timed.to - warm.to;
    expectEqual(ops > 0, true, `${name}: operations were timed`);
    return { ns: (timed.ms * 1e6) / ops, ms: timed.ms };
  }

  /**
   * @param {string} name
   * @param {import("./operations.mjs").CheckedOperation} operation
   * @param {number} sum
   * @param {number} from
   * @param {number} to
   */
  #checkSum(name, operation, sum, from, to) {
    if (operation.expect === undefined) return;
    let expected = 0;
    for (let i = from; i < to; i++) expected += operation.expect(this.plan, this.model, i);
    expectEqual(sum, expected, `${name}: sum over ${to - from} operations`);
  }

  async close() {
    await this.store.close();
  }
}
