/**
 * Says whether a file's times, seen at `now` (milliseconds), would tell of any change after that. A file system with
 * whole seconds (FAT even: two) could hide a second change within them.
 */
export function isSettled(
  { mtimeMs, ctimeMs }: { readonly mtimeMs: number; readonly ctimeMs: number },
  now: number,
): boolean {
  const latest = Math.max(mtimeMs, ctimeMs);
  return now - latest > (latest % 1000 === 0 ? 2500 : 40);
}
