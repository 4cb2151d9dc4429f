import { join } from "node:path";
import type { Manifest } from "../storage/document.js";
import { readDocument } from "../storage/read-document.js";
import { readdir, unlink } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import { newestFirst } from "./backup-file.js";
import type { BackupFile } from "./backup-file.js";

/** Removes old backups of a folder, but none that a newer one needs. */
export class Retention {
  readonly #folder: string;
  readonly #keep: number;
  /** The manifests of files that were looked into: they never change. */
  readonly #manifests = new Map<string, Manifest | undefined>();

  /** @param keep how many of the newest files stay */
  constructor(folder: string, keep: number) {
    this.#folder = folder;
    this.#keep = keep;
  }

  *apply(): Steps<void> {
    const files = newestFirst(yield* readdir(this.#folder));
    if (files.length <= this.#keep) return;
    for (const file of files) yield* this.#look(file);
    const kept = this.#needed(files);
    // The oldest first: whenever this is cut short, what is left fits together.
    for (const { name } of files.reverse()) {
      if (kept.has(name)) continue;
      yield* unlink(join(this.#folder, name));
      this.#manifests.delete(name);
    }
  }

  *#look({ name }: BackupFile): Steps<void> {
    if (this.#manifests.has(name)) return;
    let manifest: Manifest | undefined;
    try {
      ({ manifest } = yield* readDocument(join(this.#folder, name), { where: "keep", headOnly: true, mayFollow: false }));
    } catch {
      // What cannot be read needs nothing, and nothing can be found that needs it.
    }
    this.#manifests.set(name, manifest);
  }

  /** The newest ones, and the chain below each of them. */
  #needed(files: readonly BackupFile[]): Set<string> {
    const byId = new Map(files.flatMap((file) => mapped(this.#manifests.get(file.name)?.id, file)));
    const needed = new Set<string>();
    for (const [i, file] of files.entries()) {
      if (i >= this.#keep && !needed.has(file.name)) continue;
      needed.add(file.name);
      const manifest = this.#manifests.get(file.name);
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
