import { parentPort, workerData } from "node:worker_threads";
import { decodeValue } from "../../src/codec/value-codec.js";

/** Decodes what it was given, in a thread whose memory is limited, and tells how that ended. */
let outcome: string;
try {
  decodeValue(workerData as Uint8Array);
  outcome = "a value";
} catch (error) {
  outcome = String(error);
}
parentPort!.postMessage(outcome);
