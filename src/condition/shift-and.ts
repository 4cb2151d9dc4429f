import { anyOne, type Run } from "./like-pattern.js";

/**
 * The places of one character in a run: `bits[i]` has those in word `words[i]`. Sparse, so that many different characters take no more
 * room.
 */
interface Places {
  readonly words: number[];
  readonly bits: number[];
}

/**
 * Searches a long run with wildcards in O(run × (text - run) / 32), however much of it matches however often: all partial matches advance
 * at once, one bit each.
 *
 * Source: R. Baeza-Yates and G. Gonnet, "A New Approach to Text Searching", Communications of the ACM 35(10), 1992.
 */
export class ShiftAnd {
  readonly #length: number;
  /** The places where a character fits: rare ones. */
  readonly #places = new Map<number, Places>();
  /** The places where a character fits, and those where any does: frequent ones, of which a run has few. */
  readonly #masks = new Map<number, Int32Array>();
  /** The places where any character fits. */
  readonly #anywhere: Int32Array;

  constructor(run: Run) {
    this.#length = run.length;
    this.#anywhere = new Int32Array(Math.ceil(run.length / 32));
    for (const [place, character] of run.entries()) {
      const word = place >>> 5;
      const bit = 1 << place;
      if (character === anyOne) this.#anywhere[word]! |= bit;
      else this.#add(character, word, bit);
    }
    for (const [character, { words, bits }] of this.#places) {
      if (words.length * 2 < this.#anywhere.length) continue;
      const mask = this.#anywhere.slice();
      for (const [i, word] of words.entries()) mask[word]! |= bits[i]!;
      this.#masks.set(character, mask);
      this.#places.delete(character);
    }
  }

  #add(character: number, word: number, bit: number): void {
    let places = this.#places.get(character);
    if (places === undefined) this.#places.set(character, (places = { words: [], bits: [] }));
    const latest = places.words.length - 1;
    if (places.words[latest] === word) places.bits[latest]! |= bit;
    else {
      places.words.push(word);
      places.bits.push(bit);
    }
  }

  /** Where the first occurrence from `from` on ends, or -1. */
  find(text: string, from: number): number {
    const size = this.#anywhere.length;
    const lastPlace = this.#length - 1;
    // Bit p of `state`: what was read so far ends with the run up to place p. `shifted`: the same before the latest character was compared.
    const state = new Int32Array(size);
    const shifted = new Int32Array(size);
    for (let at = from, read = 0; at < text.length;) {
      const character = text.codePointAt(at)!;
      at += character > 0xffff ? 2 : 1;
      // No partial match is longer than what was read, and one that needs more than what is left may be forgotten. It is kept for one
      // character more, because the place after it takes its bit.
      const high = Math.min(size - 1, read++ >>> 5);
      const low = Math.max(0, lastPlace - (text.length - at) - 1) >>> 5;
      const places = this.#places.get(character);
      advance(state, shifted, this.#masks.get(character) ?? this.#anywhere, low, high);
      if (places !== undefined) addPlaces(state, shifted, places);
      if (((state[size - 1]! >>> lastPlace) & 1) !== 0) return at;
    }
    return -1;
  }
}

function advance(state: Int32Array, shifted: Int32Array, mask: Int32Array, low: number, high: number): void {
  // A match can begin here. Where `low` is not 0, this bit stands for one that has no room left to end, as good as none.
  let carry = 1;
  for (let word = low; word <= high; word++) {
    const before = state[word]!;
    const next = (before << 1) | carry;
    carry = before >>> 31;
    shifted[word] = next;
    state[word] = next & mask[word]!;
  }
}

function addPlaces(state: Int32Array, shifted: Int32Array, { words, bits }: Places): void {
  for (let i = 0; i < words.length; i++) state[words[i]!]! |= shifted[words[i]!]! & bits[i]!;
}
