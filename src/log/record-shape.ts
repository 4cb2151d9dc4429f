import type { StoredRecord } from "../base/value.js";

/** What gives the values of a record, one after the other. */
export interface ValueSource {
  read(): unknown;
}

type Build = (source: ValueSource) => StoredRecord;

/** The names of a record's fields, in their order. */
export class RecordShape {
  readonly id: number;
  readonly names: readonly string[];
  #build: Build | undefined;

  constructor(id: number, names: readonly string[]) {
    this.id = id;
    this.names = names;
  }

  /** Makes a record of this shape; its values are read in the order of its fields. */
  build(source: ValueSource): StoredRecord {
    return (this.#build ??= compileBuild(this.names) ?? interpretBuild(this.names))(source);
  }
}

/**
 * A function that makes records by one object literal, so that all of them share one hidden class and no field is looked up by its name. Undefined where
 * the process forbids code generation. Names enter the code as JSON strings.
 */
export function compileBuild(names: readonly string[]): Build | undefined {
  // In a literal this name would set the prototype. No record has such a field.
  if (names.includes("__proto__")) return undefined;
  const fields = names.map((name) => `${JSON.stringify(name)}: s.read()`).join(", ");
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- see above for what may enter the source
    return new Function("s", `return { ${fields} };`) as Build;
  } catch {
    return undefined;
  }
}

/** The same without generated code. */
export function interpretBuild(names: readonly string[]): Build {
  return (source) => {
    const record: Record<string, unknown> = {};
    for (const name of names) {
      const value = source.read();
      if (name !== "__proto__") record[name] = value;
    }
    return record as StoredRecord;
  };
}
