import { RecordShape } from "./record-shape.js";

/** More shapes than this are not told. Records of further ones carry the names of their fields. */
export const maxShapes = 4096;

/** Shapes beyond this number are told for records only, not for objects inside of them: those may be maps, each with other names. */
const maxNestedShapes = maxShapes / 2;

/** A record with more fields than this carries their names. */
const maxFields = 1000;

/** More places than this are not added to the tree for shapes of this replica. */
const maxPlaces = 65_536;

/** A place in the tree of all shapes: the fields on the way to it are the first fields of those below. */
export class ShapePlace {
  /** The field that was asked for last and where it leads: most often the next record has the same. */
  name: string | undefined;
  next: ShapePlace | undefined;
  /** The shape that ends here. */
  shape: RecordShape | undefined;
  /** How many fields lead here. */
  readonly depth: number;
  readonly places = new Map<string, ShapePlace>();

  constructor(depth: number) {
    this.depth = depth;
  }
}

/**
 * The record shapes that a log knows, numbered in the order in which its commits told them. Every replica of the log that has read as far has the same.
 *
 * Shapes that an encoded commit tells are _pending_ until it is appended. Their numbers go on behind the known ones.
 */
export class ShapeTable {
  #root = new ShapePlace(0);
  #known: RecordShape[] = [];
  #pending: { readonly shape: RecordShape; readonly place: ShapePlace }[] = [];
  #places = 0;

  /** Where the fields of every object begin. */
  get root(): ShapePlace {
    return this.#root;
  }

  /** How many shapes are known. */
  get size(): number {
    return this.#known.length;
  }

  /** Whether the pending shapes still continue the known ones. */
  get isCurrent(): boolean {
    const first = this.#pending[0];
    return first === undefined || first.shape.id === this.#known.length;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  get(id: number): RecordShape | undefined {
    return this.#known[id];
  }

  /** The fields of all known shapes, in the order of their ids. */
  names(): (readonly string[])[] {
    return this.#known.map((shape) => shape.names);
  }

  /** The fields of the pending shapes, in the order of their ids. */
  pendingNames(): (readonly string[])[] {
    return this.#pending.map(({ shape }) => shape.names);
  }

  /** Adds a shape that a commit of the log told. */
  learn(names: readonly string[]): void {
    let place = this.#root;
    for (const name of names) place = place.places.get(name) ?? this.#grow(place, name);
    // A shape that is pending in this place loses it: its commit is not current any more.
    place.shape = new RecordShape(this.#known.length, names);
    this.#known.push(place.shape);
  }

  /** The place behind another field; undefined where there is none and none may be added. */
  step(place: ShapePlace, name: string): ShapePlace | undefined {
    let next = place.places.get(name);
    if (next === undefined) {
      if (place.depth >= maxFields || this.#places >= maxPlaces || this.#isFull(maxShapes)) return undefined;
      next = this.#grow(place, name);
    }
    place.name = name;
    place.next = next;
    return next;
  }

  /** Makes a pending shape of an object's fields, which lead to a place; undefined where there are too many shapes already. */
  tell(object: Readonly<Record<string, unknown>>, place: ShapePlace, isNested: boolean): RecordShape | undefined {
    if (this.#isFull(isNested ? maxNestedShapes : maxShapes)) return undefined;
    const names: string[] = [];
    for (const name in object) if (object[name] !== undefined) names.push(name);
    const shape = new RecordShape(this.#known.length + this.#pending.length, names);
    this.#pending.push({ shape, place });
    place.shape = shape; // last: a shape that can be found but is not pending would never be told
    return shape;
  }

  /** Knows these shapes and no others. The pending ones stay: they are current if they continue these. */
  replace(shapes: readonly (readonly string[])[]): void {
    this.#known = [];
    this.#root = new ShapePlace(0);
    this.#places = 0;
    for (const names of shapes) this.learn(names);
  }

  /** Makes the pending shapes known. */
  keepPending(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const { shape } of pending) this.learn(shape.names);
  }

  /** Forgets the pending shapes. */
  dropPending(): void {
    for (const { shape, place } of this.#pending) if (place.shape === shape) place.shape = undefined;
    this.#pending = [];
  }

  #isFull(limit: number): boolean {
    return this.#known.length + this.#pending.length >= limit;
  }

  #grow(place: ShapePlace, name: string): ShapePlace {
    const next = new ShapePlace(place.depth + 1);
    place.places.set(name, next);
    this.#places++;
    return next;
  }
}
