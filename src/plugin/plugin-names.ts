/** True for an id that is one plain name of a folder on every system. */
export function isPluginId(id: string): boolean {
  return isPlainName(id) && !/[:*?"<>|]/.test(id) && Buffer.byteLength(id) <= 200;
}

/** True for a version that can be part of a file's name. */
export function isVersionName(version: string): boolean {
  return isPlainName(version);
}

function isPlainName(text: string): boolean {
  return /^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u.test(text);
}
