import type { Chapter, Context } from "./chapter.js";
import { measureProbes } from "./probes.js";
import { grouped, left, right } from "./report.js";
import { runs, timed } from "./timing.js";

export const indexes: Chapter = {
  title: "Indexes",
  run(context) {
    const { flights, airports, report, checks } = context;
    const without = measureProbes(context);

    const built = createIndexes(context);
    const infos = [flights, airports].flatMap((table) => table.indexes().map((info) => ({ table, ...info })));
    report.table(
      [left(), left("fields"), left("kind"), right("entries"), right("built in")],
      infos.map(({ table, fields, type, unique, entries }, i) => {
        const kind = [unique ? "unique" : "", fields.length > 1 ? "compound" : "", type].filter((word) => word !== "").join(" ");
        return [table.name, fields.join(", "), kind, entries, `${grouped(built[i]!)} ms`];
      }),
    );

    const withIndex = measureProbes(context);
    report.blank();
    report.table(
      [
        left(`median of ${runs} runs`),
        right("records"),
        left("without index"),
        right("ms"),
        left("with index"),
        right("ms"),
        right("faster"),
      ],
      without.map((before, i) => {
        const after = withIndex[i]!;
        return [
          before.question,
          after.matched,
          before.plan,
          grouped(before.ms, 2),
          after.plan,
          grouped(after.ms, 2),
          `${grouped(before.ms / after.ms)}×`,
        ];
      }),
    );
    for (const [i, before] of without.entries()) {
      const after = withIndex[i]!;
      checks.that(`an index is used for "${before.question}"`, !before.usesIndex && after.usesIndex);
      checks.that(`"${before.question}" has the same answer with an index`, before.answer === after.answer);
    }
  },
};

/** Creates the indexes, in the order that `indexes()` will list them in; answers the milliseconds that each took. */
function createIndexes({ flights, airports }: Context): number[] {
  return [
    () => flights.createIndex("delay", { type: "sorted" }),
    () => flights.createIndex(["hour", "delay"], { type: "sorted" }),
    () => flights.createIndex("distance"),
    () => airports.createIndex("state"),
    () => airports.createIndex(["latitude", "longitude"], { unique: true }), // one airport in one place
  ].map((create) => timed(create).ms);
}
