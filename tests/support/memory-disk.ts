import type { Disk, DiskCall } from "../../src/storage/disk.js";

/** Files in memory, to be read only: for tests that read many thousands of them. The folders are those in the paths. */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, Buffer>();
  readonly #open: { readonly bytes: Buffer; offset: number }[] = [];

  doSync([operation, ...args]: DiskCall): unknown {
    switch (operation) {
      case "open":
        return this.#open.push({ bytes: this.#file(args[0] as string), offset: 0 }) - 1;
      case "fstat":
        return statsOf(this.#open[args[0] as number]!.bytes);
      case "lstat":
      case "stat":
        return statsOf(this.files.get(args[0] as string) ?? Buffer.alloc(0));
      case "realpath":
        return args[0];
      case "read": {
        const file = this.#open[args[0] as number]!;
        const [, into, at, length] = args as [number, Uint8Array, number, number];
        const count = file.bytes.copy(into, at, file.offset, file.offset + length);
        file.offset += count;
        return count;
      }
      case "close":
        return undefined;
      case "readdir":
        return [...this.files.keys()].map((path) => path.slice((args[0] as string).length + 1));
      default:
        throw new Error(`a disk in memory cannot ${operation}`);
    }
  }

  async do(call: DiskCall): Promise<unknown> {
    return this.doSync(call);
  }

  #file(path: string): Buffer {
    const bytes = this.files.get(path);
    if (bytes !== undefined) return bytes;
    throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: "ENOENT" });
  }
}

function statsOf({ length }: Buffer) {
  return { dev: 0n, ino: 0n, size: length, mtimeNs: 0n, isFile: () => true, isDirectory: () => false, isSymbolicLink: () => false };
}
