import type { DocumentKind } from "../storage/document.js";
import type { FileFormat } from "../storage/write-document.js";

/** A file in a folder of backups, as far as its name tells. */
export interface BackupFile {
  readonly name: string;
  readonly kind: DocumentKind;
  /** Its place among the others: when it was made, in microseconds since 1970, or the moment after the one before it, where the clock went back. */
  readonly time: number;
}

/** The last place that a backup is given: of later ones, two that follow one another are the same number. */
export const lastPlace = Number.MAX_SAFE_INTEGER;

const form = /^dictdb_(backup|delta)_(\d{1,10})_(\d{6})\.\w+$/;

/** `dictdb_backup_<seconds>_<microseconds>.json`: as Python DictDB names them. */
export function backupName(kind: DocumentKind, time: number, format: FileFormat): string {
  const seconds = Math.floor(time / 1e6);
  return `dictdb_${kind === "full" ? "backup" : "delta"}_${seconds}_${String(time - seconds * 1e6).padStart(6, "0")}.${format}`;
}

/** What a name tells; undefined where it is none of a backup. */
export function parseBackupName(name: string): BackupFile | undefined {
  const parts = form.exec(name);
  if (parts === null) return undefined;
  return { name, kind: parts[1] === "backup" ? "full" : "delta", time: Number(parts[2]) * 1e6 + Number(parts[3]) };
}

/** The backups among some files, the newest first. */
export function newestFirst(names: readonly string[]): BackupFile[] {
  return names
    .map(parseBackupName)
    .filter((file) => file !== undefined)
    .sort((a, b) => b.time - a.time || (a.name < b.name ? 1 : -1));
}
