/**
 * The smallest string, by code units, that is greater than every string which begins with `prefix`; undefined when there is none, because
 * `prefix` is empty or nothing but U+FFFF. So the strings that begin with `prefix` are those from `prefix` on and below this one.
 */
export function prefixUpperBound(prefix: string): string | undefined {
  let length = prefix.length;
  while (length > 0 && prefix.charCodeAt(length - 1) === 0xffff) length--;
  if (length === 0) return undefined;
  return prefix.slice(0, length - 1) + String.fromCharCode(prefix.charCodeAt(length - 1) + 1);
}
