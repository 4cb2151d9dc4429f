import type { Path } from "../base/path.js";

/** A place in the order of results: a field and a direction. */
export class Order {
  readonly path: Path;
  readonly descending: boolean;

  constructor(path: Path, descending: boolean) {
    this.path = path;
    this.descending = descending;
    Object.freeze(this);
  }
}
