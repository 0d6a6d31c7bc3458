/** A plugin id is a folder's and a package's name: letters, digits, `.`, `_`, `-`, `+`, `~`; it starts with none of the signs. */
export function isPluginId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}$/.test(text);
}

/** `<plugin id with _ as ->-<version>.tar.bz2`, as the old builder names packages. */
export function packageName(pluginId: string, version: string): string {
  return `${pluginId.replaceAll('_', '-')}-${version}.tar.bz2`;
}
