import { lmdb } from "./lmdb.mjs";

export const peer = lmdb({ fresh: false });
