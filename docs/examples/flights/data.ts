import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";

/** A flight as the file has it: `time` is the hour of departure with its fraction, `delay` the minutes late on arrival. */
export interface FlightRow {
  readonly delay: number;
  readonly distance: number;
  readonly time: number;
}

/** An airport as the file has it; "NA" stands for an unknown city or state. */
export type AirportRow = Readonly<Record<"iata" | "name" | "city" | "state" | "country" | "latitude" | "longitude", string>>;

export async function readFlights(): Promise<FlightRow[]> {
  return JSON.parse(await readDataFile("flights-200k.json")) as FlightRow[];
}

export async function readAirports(): Promise<AirportRow[]> {
  return parse<AirportRow>(await readDataFile("airports.csv"), { columns: true });
}

function readDataFile(name: string): Promise<string> {
  return readFile(join(dataFolder(name), name), "utf8");
}

/** The package exports no path to its data, so this walks up from the module that it does export. */
function dataFolder(file: string): string {
  const module = fileURLToPath(import.meta.resolve("vega-datasets"));
  for (let folder = dirname(module); folder !== dirname(folder); folder = dirname(folder)) {
    const data = join(folder, "data");
    if (existsSync(join(data, file))) return data;
  }
  throw new Error(`found no data/${file} in any folder above ${module}`);
}
