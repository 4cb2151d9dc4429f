import { extname } from "node:path";
import { fileURLToPath, URL } from "node:url";
import { isName, refuse } from "../base/arguments.js";
import { urlText } from "../base/shape.js";
import type { FileFormat } from "./write-document.js";

/** The path of a file, from what a method was given: a string, or a file URL. */
export function readPath(where: string, path: unknown, argument = "path"): string {
  const url = urlText(path);
  if (url?.startsWith("file:") === true) return fileURLToPath(new URL(url));
  if (isName(path) !== undefined || (path as string).includes("\0")) return refuse(where, argument, "a path, or a file URL", path);
  return path as string;
}

/** The format that a file's name asks for. */
export function formatOf(path: string): FileFormat {
  return [".msgpack", ".mpk"].includes(extname(path).toLowerCase()) ? "msgpack" : "json";
}
