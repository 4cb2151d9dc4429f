import { closeSync, fsyncSync, openSync, writeFileSync } from "node:fs";

/**
 * What everybody pays for: that the file is on the disk.
 * @param {string} file
 * @param {string | Uint8Array} content
 */
export function writeDurably(file, content) {
  const fd = openSync(file, "w");
  try {
    writeFileSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
