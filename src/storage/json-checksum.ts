/*
 * The last member of a JSON file: its checksum. Its bytes are always as many, and the checksum is that of all bytes before it.
 */

/** How many bytes it has. */
export const checksumLength = checksumText(0).length;

/** The end of a file whose bytes up to here have this CRC-32. */
export function checksumText(crc: number): string {
  return `,\n"checksum": ${JSON.stringify(checksumValue(crc))}\n}\n`;
}

/** The value of the member. */
export function checksumValue(crc: number): string {
  return `crc32 ${crc.toString(16).padStart(8, "0")}`;
}

/** Whether a value has the form of one. */
export function isChecksum(value: unknown): boolean {
  return typeof value === "string" && /^crc32 [0-9a-f]{8}$/.test(value);
}
