import { join } from "node:path";
import { CorruptFileError } from "../base/errors.js";
import type { Manifest } from "../storage/document.js";
import { readDocument } from "../storage/read-document.js";
import { readdir, stampOf, unlink } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import { newestFirst } from "./backup-file.js";
import type { BackupFile } from "./backup-file.js";

/** What a file was found to say. */
interface Known {
  /** Of the file that was looked into: another one may have come in its place. */
  readonly stamp: string;
  readonly manifest: Manifest | undefined;
}

/** Removes old backups of a folder, but none that a newer one needs. */
export class Retention {
  readonly #folder: string;
  readonly #keep: number;
  /** Files that were looked into. */
  readonly #known = new Map<string, Known>();

  /** @param keep how many of the newest files stay */
  constructor(folder: string, keep: number) {
    this.#folder = folder;
    this.#keep = keep;
  }

  *apply(): Steps<void> {
    const files = newestFirst(yield* readdir(this.#folder));
    if (files.length <= this.#keep) return;
    const unread = new Set<string>();
    for (const { name } of files) if (!(yield* this.#look(name))) unread.add(name);
    const kept = this.#needed(files);
    // The oldest first: whenever this is cut short, what is left fits together.
    for (const { name } of files.reverse()) {
      // What could not be read this time may be what newer ones need.
      if (kept.has(name) || unread.has(name)) continue;
      yield* unlink(join(this.#folder, name));
      this.#known.delete(name);
    }
  }

  /** Reads what a file says of itself; whether that could be done. */
  *#look(name: string): Steps<boolean> {
    const path = join(this.#folder, name);
    let manifest: Manifest | undefined;
    let stamp = "";
    try {
      stamp = yield* stampOf(path);
      if (this.#known.get(name)?.stamp === stamp) return true;
      ({ manifest } = yield* readDocument(path, { where: "keep", headOnly: true, mayFollow: false }));
    } catch (error) {
      this.#known.delete(name);
      // What is no backup needs nothing, and nothing needs it.
      if (!(error instanceof CorruptFileError)) return false;
    }
    this.#known.set(name, { stamp, manifest });
    return true;
  }

  /** The newest ones, and the chain below each of them. */
  #needed(files: readonly BackupFile[]): Set<string> {
    const byId = new Map(files.flatMap((file) => mapped(this.#known.get(file.name)?.manifest?.id, file)));
    const needed = new Set<string>();
    for (const [i, file] of files.entries()) {
      if (i >= this.#keep && !needed.has(file.name)) continue;
      needed.add(file.name);
      const manifest = this.#known.get(file.name)?.manifest;
      if (manifest === undefined) {
        // One without a manifest goes onto whatever came before it, down to a full one.
        const before = files[i + 1];
        if (file.kind === "delta" && before !== undefined) needed.add(before.name);
      } else if (manifest.base !== undefined) {
        const base = byId.get(manifest.base);
        if (base !== undefined) needed.add(base.name);
      }
    }
    return needed;
  }
}

function mapped<K, V>(key: K | undefined, value: V): [K, V][] {
  return key === undefined ? [] : [[key, value]];
}
