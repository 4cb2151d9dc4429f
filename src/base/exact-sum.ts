/**
 * A sum of numbers which does not depend on their order: the exact sum, rounded once.
 *
 * Every addition is exact. The rounding error of a floating-point addition is itself a number and can be computed (D. Knuth, TAOCP vol. 2,
 * 4.2.2), so it is added to a second number, whose errors go to a third, as in J. Shewchuk, "Adaptive Precision Floating-Point Arithmetic",
 * 1997, where the list of numbers has no end. Here it ends after three with a bigint for the rest: two are enough for integers and amounts
 * of money, three hold 159 bits, and what needs more, or leaves the range of numbers in between, is rare enough to be slow.
 */
export class ExactSum {
  // The sum of all finite numbers is always #high + #low + #lowest + #rest, exactly. The first three begin as -0, because V8 then stores
  // doubles from the start, where 0 would be a small integer at first.
  #high = -0;
  #low = -0;
  #lowest = -0;
  /** In units of 2 ** -1074, the smallest number. */
  #rest = 0n;
  /** The sum of the infinities and NaNs, which decides alone unless it is 0. */
  #infinite = 0;

  /** Adds a number; infinities and NaN too, with the result that plain addition has for them. O(1). */
  add(value: number): void {
    const high = this.#high + value;
    const highKept = high - this.#high;
    const highError = this.#high - (high - highKept) + (value - highKept);
    const low = this.#low + highError;
    const lowKept = low - this.#low;
    const lowError = this.#low - (low - lowKept) + (highError - lowKept);
    // Where anything is not finite, an error is NaN.
    if (lowError === 0) {
      this.#high = high;
      this.#low = low;
    } else if (Number.isFinite(lowError)) {
      this.#high = high;
      this.#low = low;
      this.#addLowest(lowError);
    } else if (Number.isFinite(value)) {
      this.#rest += toUnits(this.#high) + toUnits(value);
      this.#high = -0;
    } else this.#infinite += value;
  }

  /** Adds an integer of any size. It takes a shift by 1,074 bits, so of many bigints their sum is better added at once. */
  addBigint(value: bigint): void {
    this.#rest += value << 1074n;
  }

  #addLowest(value: number): void {
    const lowest = this.#lowest + value;
    const kept = lowest - this.#lowest;
    const error = this.#lowest - (lowest - kept) + (value - kept);
    this.#lowest = lowest;
    if (error !== 0) this.#rest += toUnits(error);
  }

  /**
   * The sum so far, rounded to the nearest number (of two equally near ones to the even one), or infinite when it is beyond all numbers. 0
   * when nothing was added; never -0.
   */
  value(): number {
    if (this.#infinite !== 0) return this.#infinite;
    // A single addition rounds correctly, and adding 0 makes 0 of -0.
    if (this.#lowest === 0 && this.#rest === 0n) return this.#high + this.#low + 0;
    return fromUnits(this.#rest + toUnits(this.#high) + toUnits(this.#low) + toUnits(this.#lowest));
  }
}

const double = new Float64Array(1);
const bits = new BigUint64Array(double.buffer);

/** A finite number as a multiple of 2 ** -1074, exactly. */
function toUnits(value: number): bigint {
  double[0] = Math.abs(value);
  const exponent = bits[0]! >> 52n;
  const fraction = bits[0]! & 0xf_ffff_ffff_ffffn;
  const units = exponent === 0n ? fraction : (fraction | 0x10_0000_0000_0000n) << (exponent - 1n);
  return value < 0 ? -units : units;
}

/** The number nearest to a multiple of 2 ** -1074. */
function fromUnits(units: bigint): number {
  const size = units < 0n ? -units : units;
  // The leading 61 to 64 bits, and one more that tells whether any of the others is set: enough for Number() to round as all of them would.
  const dropped = Math.max(0, size.toString(16).length * 4 - 64);
  const shift = BigInt(dropped);
  const leading = size >> shift;
  const inexact = leading << shift !== size;
  // The product is exact: what has more than 53 bits is no subnormal number.
  const magnitude = Number(inexact ? leading | 1n : leading) * 2 ** (dropped - 1074);
  return units < 0n ? -magnitude : magnitude;
}
