import { parentPort } from "node:worker_threads";
import { ClosedError } from "../../src/base/errors.js";
import { sampleErrors } from "./sample-errors.js";

// The whole of a worker thread: sends an error of each kind and one of Node's own to its parent, then dies of another one.
parentPort?.postMessage({ ours: sampleErrors(), foreign: refusalByNode() });
throw new ClosedError("message");

function refusalByNode(): unknown {
  try {
    return Buffer.alloc("x" as never);
  } catch (error) {
    return error;
  }
}
