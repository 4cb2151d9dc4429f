import type { Checks } from "./checks.js";
import type { Report } from "./report.js";
import type { Airports, Flights } from "./tables.js";
import type { DictDB } from "dictdb";

/** What the chapters share. */
export interface Context {
  readonly db: DictDB;
  readonly flights: Flights;
  readonly airports: Airports;
  readonly report: Report;
  readonly checks: Checks;
}

/** One part of the example. It builds on those before it. */
export interface Chapter {
  readonly title: string;
  run(context: Context): void | Promise<void>;
}
