import { extname, isAbsolute, join, normalize, resolve } from "node:path";
import { fileURLToPath, URL } from "node:url";
import { isName, refuse } from "../base/arguments.js";
import { urlText } from "../base/shape.js";
import { currentDisk } from "./disk.js";
import type { FileFormat } from "./write-document.js";

/** What `normalize` would change the meaning of: the way back from a folder that may be a link, and a dot that only a folder can have. */
const meaningful = /(^|\/)\.\.(\/|$)|\/\.$/;

/**
 * The path of a file, from what a method was given: a string, or a file URL. It is absolute from here on, since the working directory may change
 * before the file is opened. A slash at its end stays.
 */
export function readPath(where: string, path: unknown, argument = "path"): string {
  const url = urlText(path);
  const text = url?.startsWith("file:") === true ? fileURLToPath(new URL(url)) : path;
  if (isName(text) !== undefined || (text as string).includes("\0")) return refuse(where, argument, "a path, or a file URL", path);
  return absolute(text as string);
}

/** The path of a folder, absolute, to which names can be added. */
export function readFolder(where: string, path: unknown, argument = "directory"): string {
  const folder = readPath(where, path, argument);
  const back = folder.lastIndexOf("/..");
  if (process.platform === "win32" || back === -1) return resolve(folder);
  try {
    const end = back + "/..".length;
    return resolve(currentDisk().doSync(["realpath", folder.slice(0, end)]) as string, `.${folder.slice(end)}`);
  } catch {
    return resolve(folder); // the way leads through a folder that is still to be made
  }
}

function absolute(path: string): string {
  // Windows itself leaves out `folder\..` before it looks at any folder.
  if (process.platform === "win32") return /[\\/]$/.test(path) ? join(resolve(path), "/") : resolve(path);
  const full = isAbsolute(path) ? path : `${process.cwd()}/${path}`;
  return meaningful.test(full) ? full : normalize(full);
}

/** The format that a file's name asks for. */
export function formatOf(path: string): FileFormat {
  return [".msgpack", ".mpk"].includes(extname(path).toLowerCase()) ? "msgpack" : "json";
}
