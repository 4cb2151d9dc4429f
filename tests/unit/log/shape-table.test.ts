import { describe, expect, it } from "@jest/globals";
import type { RecordShape } from "../../../src/log/record-shape.js";
import { maxShapes, ShapeTable } from "../../../src/log/shape-table.js";
import type { ShapePlace } from "../../../src/log/shape-table.js";

/** The place to which the fields of an object lead. */
function placeOf(table: ShapeTable, names: readonly string[]): ShapePlace | undefined {
  let place: ShapePlace | undefined = table.root;
  for (const name of names) place = place && table.step(place, name);
  return place;
}

function tell(table: ShapeTable, names: readonly string[], isNested = false): RecordShape | undefined {
  const place = placeOf(table, names);
  const object = Object.fromEntries(names.map((name) => [name, 1]));
  return place && (place.shape ?? table.tell(object, place, isNested));
}

describe("a table of shapes", () => {
  it("numbers shapes as they are learned, the empty one and beginnings of others too", () => {
    const table = new ShapeTable();
    const shapes = [["a", "b"], ["b", "a"], ["a"], [], ["a", "b", "c"]];
    for (const names of shapes) table.learn(names);
    expect(table.size).toBe(5);
    expect(table.names()).toEqual(shapes);
    shapes.forEach((names, id) => {
      expect(placeOf(table, names)?.shape).toBe(table.get(id));
      expect(table.get(id)).toMatchObject({ id, names });
    });
    expect(placeOf(table, ["b"])?.shape).toBeUndefined();
    expect(table.get(5)).toBeUndefined();
  });

  it("numbers pending shapes on, and knows them once they are kept", () => {
    const table = new ShapeTable();
    table.learn(["a"]);
    expect(tell(table, ["a"])?.id).toBe(0);
    expect(table.hasPending).toBe(false);
    expect(tell(table, ["b"])?.id).toBe(1);
    expect(tell(table, ["c"])?.id).toBe(2);
    expect(tell(table, ["b"])?.id).toBe(1);
    expect(table.size).toBe(1);
    expect(table.get(1)).toBeUndefined();
    expect(table.pendingNames()).toEqual([["b"], ["c"]]);
    table.keepPending();
    expect(table.hasPending).toBe(false);
    expect(table.names()).toEqual([["a"], ["b"], ["c"]]);
    expect(tell(table, ["c"])).toBe(table.get(2));
  });

  it("forgets pending shapes that are dropped", () => {
    const table = new ShapeTable();
    tell(table, ["a"]);
    table.dropPending();
    expect(table.hasPending).toBe(false);
    expect(placeOf(table, ["a"])?.shape).toBeUndefined();
    expect(tell(table, ["b"])?.id).toBe(0);
  });

  it("is not current once others have told of shapes, the very same ones included", () => {
    const table = new ShapeTable();
    expect(table.isCurrent).toBe(true);
    tell(table, ["a"]);
    expect(table.isCurrent).toBe(true);
    table.learn(["a"]);
    expect(table.isCurrent).toBe(false);
    const learned = table.get(0);
    table.dropPending();
    expect(table.isCurrent).toBe(true);
    expect(placeOf(table, ["a"])?.shape).toBe(learned);
  });

  it("leaves out fields that are undefined", () => {
    const table = new ShapeTable();
    expect(table.tell({ a: 1, b: undefined }, placeOf(table, ["a"])!, false)?.names).toEqual(["a"]);
  });

  it("is replaced by another, with which what is pending is compared", () => {
    const table = new ShapeTable();
    table.learn(["old"]);
    tell(table, ["a"]);
    table.replace([["x"], ["y"]]);
    expect(table.isCurrent).toBe(false);
    table.replace([["x"]]);
    expect(table.isCurrent).toBe(true);
    table.keepPending();
    expect(table.names()).toEqual([["x"], ["a"]]);
    expect(placeOf(table, ["old"])?.shape).toBeUndefined();
    expect(placeOf(table, ["a"])?.shape?.id).toBe(1);
  });

  it("tells of no more shapes than it may: of objects inside of records only half as many", () => {
    const table = new ShapeTable();
    for (let i = 0; i < maxShapes / 2; i++) expect(tell(table, [`a${i}`], true)?.id).toBe(i);
    expect(tell(table, ["b"], true)).toBeUndefined();
    for (let i = maxShapes / 2; i < maxShapes; i++) expect(tell(table, [`a${i}`], false)?.id).toBe(i);
    expect(tell(table, ["c"], false)).toBeUndefined();
    expect(placeOf(table, ["d"])).toBeUndefined();
    expect(tell(table, ["a7"], true)?.id).toBe(7);
  });

  it("has no place behind too many fields", () => {
    const table = new ShapeTable();
    const names = Array.from({ length: 1001 }, (_, i) => `f${i}`);
    expect(placeOf(table, names.slice(0, 1000))).toBeDefined();
    expect(placeOf(table, names)).toBeUndefined();
  });

  it("grows to a bound where fields never come again", () => {
    const table = new ShapeTable();
    let places = 0;
    for (let i = 0; i < 100_000; i++) if (placeOf(table, [`f${i}`]) !== undefined) places++;
    expect(places).toBe(65_536);
    table.learn(["told by another replica"]);
    expect(placeOf(table, ["told by another replica"])?.shape?.id).toBe(0);
  });
});
