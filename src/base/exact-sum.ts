export class ExactSum {
  #s = 0;
  add(v: number): void {
    this.#s += v;
  }
  value(): number {
    return this.#s;
  }
}
