import { dictdb } from "./dictdb.mjs";

export const peer = dictdb("json");
