/** What must be true for the example to be a success. */
export class Checks {
  #made = 0;
  readonly #failed: string[] = [];

  get made(): number {
    return this.#made;
  }

  get failed(): readonly string[] {
    return this.#failed;
  }

  get hold(): boolean {
    return this.#failed.length === 0;
  }

  that(claim: string, holds: boolean): void {
    this.#made++;
    if (!holds) this.#failed.push(claim);
  }
}
