import type { DictDB } from "dictdb";

export type Flights = ReturnType<typeof createTables>["flights"];
export type Airports = ReturnType<typeof createTables>["airports"];

/** Creates both tables. The types of their records come from the schemas. */
export function createTables(db: DictDB) {
  return {
    flights: db.createTable("flights", {
      primaryKey: "id", // an integer that is left out: the table counts up
      schema: {
        id: "integer",
        minute: "integer", // of the day, when it departed
        hour: "integer", // the same, to group by
        delay: "integer", // minutes late on arrival; below 0 is early
        distance: "integer", // miles
      },
    }),
    airports: db.createTable("airports", {
      primaryKey: "iata",
      schema: {
        iata: "string",
        name: "string",
        city: "string|null",
        state: "string|null",
        country: "string",
        latitude: "number", // degrees north
        longitude: "number", // degrees east
      },
    }),
  };
}
