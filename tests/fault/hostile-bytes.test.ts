import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "@jest/globals";

const decodeWorker = new URL("../support/decode-worker.js", import.meta.url);

/** Decodes in a thread that ends with an error when its heap grows beyond 48 MiB. */
async function decodeInLittleMemory(bytes: Uint8Array): Promise<string> {
  const worker = new Worker(decodeWorker, {
    workerData: bytes,
    resourceLimits: { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 8 },
  });
  const [outcome] = (await once(worker, "message")) as [string];
  await worker.terminate();
  return outcome;
}

describe("a megabyte of hostile bytes costs little memory", () => {
  it("when each of eighty lists declares as many items as there are bytes left", async () => {
    const bytes = new Uint8Array(1_000_000);
    const view = new DataView(bytes.buffer);
    for (let level = 0; level < 80; level++) {
      view.setUint8(level * 5, 0xdd);
      view.setUint32(level * 5 + 1, bytes.length - (level + 1) * 5);
    }
    expect(await decodeInLittleMemory(bytes)).toMatch(/^RangeError: found the end of the bytes/);
  });

  it("when it holds a string as long as itself, cut off by one byte", async () => {
    const bytes = new Uint8Array(1_000_000).fill(0x61);
    bytes[0] = 0xdb;
    new DataView(bytes.buffer).setUint32(1, bytes.length - 4);
    expect(await decodeInLittleMemory(bytes)).toMatch(/^RangeError: found the end of the bytes/);
  });

  it("when it holds objects of which each has another field", async () => {
    const bytes = new Uint8Array(1_000_000);
    const view = new DataView(bytes.buffer);
    // One item more is declared than there is, so that nothing comes of it.
    const count = Math.floor((bytes.length - 5) / 7);
    view.setUint8(0, 0xdd);
    view.setUint32(1, count + 1);
    for (let i = 0; i < count; i++) {
      bytes.set([0x81, 0xa4, 65 + (i & 15), 65 + ((i >> 4) & 15), 65 + ((i >> 8) & 15), 65 + ((i >> 12) & 15), 0xc0], 5 + i * 7);
    }
    expect(await decodeInLittleMemory(bytes.subarray(0, 5 + count * 7))).toMatch(/^RangeError: found the end of the bytes/);
  });
});
