import type { Disk, DiskCall, DiskOperation } from "../../src/storage/disk.js";
import { nodeDisk } from "../../src/storage/disk.js";

/** What goes wrong: an error with this code, or a write of half the bytes that reports so many. */
export type Failure = "EIO" | "ENOSPC" | "EFBIG" | "short write" | "no write";

/** A disk on which one operation goes wrong; before it and after it all is well. It notes everything that is asked of it. */
export class FailingDisk implements Disk {
  readonly calls: DiskOperation[] = [];
  readonly #at: number;
  readonly #failure: Failure;
  /** Whether what goes wrong has happened. */
  failed = false;

  /** @param at the number of the operation that goes wrong, from 0 on; none where it is negative */
  constructor(at: number, failure: Failure) {
    this.#at = at;
    this.#failure = failure;
  }

  doSync(call: DiskCall): unknown {
    return this.#isNext(call) ? this.#fail(call) : nodeDisk.doSync(call);
  }

  async do(call: DiskCall): Promise<unknown> {
    return this.#isNext(call) ? this.#fail(call) : nodeDisk.do(call);
  }

  #isNext([operation]: DiskCall): boolean {
    return this.calls.push(operation) - 1 === this.#at;
  }

  #fail(call: DiskCall): unknown {
    this.failed = true;
    const [operation, fd, bytes, offset, length] = call;
    if (operation === "write" && this.#failure === "no write") return 0;
    if (operation === "write" && this.#failure === "short write")
      return nodeDisk.doSync(["write", fd, bytes, offset, (length as number) >> 1, null]);
    // The descriptor is gone whatever the system says of it.
    if (operation === "close") nodeDisk.doSync(call);
    throw Object.assign(new Error(`${this.#failure}: made to fail, ${operation}`), { code: this.#failure, syscall: operation });
  }
}

/** The file system, but nothing is made to outlive a loss of power: for tests of what is in files. */
export const withoutSync: Disk = {
  doSync: (call) => (call[0] === "fsync" ? undefined : nodeDisk.doSync(call)),
  do: async (call) => (call[0] === "fsync" ? undefined : nodeDisk.do(call)),
};
