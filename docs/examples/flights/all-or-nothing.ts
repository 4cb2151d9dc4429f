import { crc32 } from "node:zlib";
import { isDictDBError } from "dictdb";
import type { ErrorCode } from "dictdb";
import type { Chapter, Context } from "./chapter.js";
import { left, right } from "./report.js";

export const allOrNothing: Chapter = {
  title: "All or nothing",
  run(context) {
    const { report, checks } = context;
    const before = photograph(context);
    for (const { what, code, act } of attempts(context)) {
      const error = errorOf(act);
      report.line(`${what}: ${error?.code ?? "not refused"}`);
      if (error !== undefined) report.aside(error.message);
      checks.that(`"${what}" is refused with ${code}`, error?.code === code);
    }
    const after = photograph(context);
    const columns = [left(), right("flights"), right("checksum"), right("airports"), right("checksum"), right("seq")];
    report.table(columns, [
      ["before", ...before],
      ["after", ...after],
    ]);
    const same = before.every((figure, i) => figure === after[i]);
    report.judge(same, same ? "Nothing changed." : "Something changed.");
    checks.that("what is refused changes nothing", same);
  },
};

interface Attempt {
  readonly what: string;
  readonly code: ErrorCode;
  readonly act: () => void;
}

/** Changes of which one small part is wrong. */
function attempts({ db, flights, airports }: Context): Attempt[] {
  const { delay, hour } = flights.fields;
  return [
    {
      what: "Insert 10,000 flights, one of them 337.5 miles long",
      code: "SCHEMA_VALIDATION",
      act: () => {
        const flight = { minute: 0, hour: 0, delay: 0, distance: 337 };
        flights.insert(Array.from({ length: 10_000 }, (_, i) => (i === 5_000 ? { ...flight, distance: 337.5 } : flight)));
      },
    },
    {
      what: "Make every flight an hour later, and flight 100,000 half a minute",
      code: "SCHEMA_VALIDATION",
      act: () => {
        flights.update(({ id, delay }) => ({ delay: delay + (id === 100_000 ? 0.5 : 60) }), { where: hour.gte(0) });
      },
    },
    {
      what: "In one block: forgive delays, close Alaska, put an airport on another one",
      code: "UNIQUE_CONSTRAINT",
      act: () => {
        db.atomic(() => {
          flights.update({ delay: 0 }, { where: delay.gt(0) });
          airports.delete({ where: { state: "AK" } });
          airports.insert({ ...airports.get("SFO", { mustMatch: true }), iata: "SF2" });
        });
      },
    },
  ];
}

/** Everything that would show a change. */
function photograph({ db, flights, airports }: Context): (string | number)[] {
  return [
    flights.size,
    checksum(flights.select({ orderBy: "id", copy: false })),
    airports.size,
    checksum(airports.select({ orderBy: "iata", copy: false })),
    db.seq,
  ];
}

function checksum(records: readonly unknown[]): string {
  return crc32(JSON.stringify(records)).toString(16).padStart(8, "0");
}

function errorOf(act: () => void) {
  try {
    act();
    return undefined;
  } catch (error) {
    if (isDictDBError(error)) return error;
    throw error;
  }
}
