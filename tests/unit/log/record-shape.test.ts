import { execFileSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compileBuild, interpretBuild, RecordShape } from "../../../src/log/record-shape.js";
import { fieldName } from "../../support/arbitrary-storable.js";
import { isExactly } from "../../support/exactly.js";

/** Gives 0, 1, 2, ... */
function counter(): { read(): number } {
  let next = 0;
  return { read: () => next++ };
}

describe("a record shape", () => {
  it("makes the same records by generated code as without, whatever the names", () => {
    const names = fc.uniqueArray(fieldName, { maxLength: 8 });
    fc.assert(
      fc.property(names, (names) => {
        const expected = Object.fromEntries(names.map((name, i) => [name, i]));
        return isExactly(compileBuild(names)!(counter()), expected) && isExactly(interpretBuild(names)(counter()), expected);
      }),
    );
  });

  it("reads the values in the order in which its fields were written, numbers first as everywhere", () => {
    expect(new RecordShape(0, ["0", "12", "b", "a"]).build(counter())).toEqual({ 0: 0, 12: 1, b: 2, a: 3 });
  });

  it("has hundreds of fields", () => {
    const names = Array.from({ length: 250 }, (_, i) => `f${i}`);
    expect(new RecordShape(0, names).build(counter())).toEqual(Object.fromEntries(names.map((name, i) => [name, i])));
  });

  it("never sets a prototype", () => {
    expect(compileBuild(["__proto__"])).toBeUndefined();
    const record = interpretBuild(["__proto__", "a"])({ read: () => ({ hostile: true }) });
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
    expect(record).toEqual({ a: { hostile: true } });
  });

  it("makes records where the process forbids code generation", () => {
    const program = `
      import { CommitCodec } from ${JSON.stringify(new URL("../../../src/log/commit-codec.js", import.meta.url).href)};
      import { compileBuild } from ${JSON.stringify(new URL("../../../src/log/record-shape.js", import.meta.url).href)};
      const record = { id: 1, name: "Ada", more: { x: -0 } };
      const bytes = new CommitCodec().encode([{ type: "put", table: 1, key: 1, record }]);
      console.log(compileBuild(["a"]), JSON.stringify(new CommitCodec().decode(bytes)));
    `;
    const flags = ["--disallow-code-generation-from-strings", "--input-type=module"];
    const output = execFileSync(process.execPath, [...flags, "-e", program], { encoding: "utf8" });
    expect(output.trim()).toBe('undefined [{"type":"put","table":1,"key":1,"record":{"id":1,"name":"Ada","more":{"x":0}}}]');
  });
});
