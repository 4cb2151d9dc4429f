/** So many places are remembered; then it starts anew. */
const maxPlaces = 4096;

/** A name longer than this is not remembered: it could be most of a file. */
const maxLength = 64;

/** Behind some fields in a row, each of which a record may have and none of which came twice. */
export class KnownFields {
  /** The field that came next the last time, and where it leads. */
  name: string | undefined;
  next: KnownFields | undefined;
  /** Where each field leads, from the second one on: most places have but one. */
  places: Map<string, KnownFields> | undefined;
}

/**
 * Remembers which fields have stood in which order, so that the fields of most objects need not be looked at one by one. Looking whether the object
 * had each of them already was a fifth of the time of reading it.
 */
export class FieldMemory {
  #root = new KnownFields();
  #places = 0;

  /** Before the first field of an object. */
  get root(): KnownFields {
    return this.#root;
  }

  /** The place behind one more field, undefined where it is not known. */
  step(place: KnownFields | undefined, name: string): KnownFields | undefined {
    const next = place?.places?.get(name);
    if (place === undefined || next === undefined) return undefined;
    place.name = name;
    place.next = next;
    return next;
  }

  /** Remembers that one more field may stand behind these. Returns the place behind it, undefined where it is not worth it. */
  add(place: KnownFields | undefined, name: string): KnownFields | undefined {
    if (place === undefined || name.length > maxLength) return undefined;
    if (this.#places >= maxPlaces) {
      this.#root = new KnownFields();
      this.#places = 0;
    }
    const next = new KnownFields();
    if (place.name === undefined || place.next === undefined) {
      place.name = name;
      place.next = next;
    } else {
      place.places ??= new Map([[place.name, place.next]]);
      place.places.set(name, next);
    }
    this.#places++;
    return next;
  }
}
