/** What a plugin's own `pkgs/pkgs.db` offers for its devices, as the old API lists it. */
export interface FirmwarePackage {
  readonly version: string;
  readonly description: string;
  /** Bytes of all its files. */
  readonly dsize: number;
}

/** Reads `pkgs.db` (INI: `[pkg_NAME]` with `files:`, `[file_NAME]` with `size:`). Unknown keys are passed over. */
export function parseFirmwarePackages(text: string): Record<string, FirmwarePackage> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let key = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const heading = /^\[(.+)\]\s*$/.exec(line);
    const pair = /^([^\s:=][^:=]*?)\s*[:=]\s*(.*)$/.exec(line);
    if (heading) {
      section = new Map();
      sections.set(heading[1]!, section);
    } else if (/^\s/.test(line) && section && key) {
      section.set(key, `${section.get(key) ?? ''} ${line.trim()}`.trim());
    } else if (pair && section) {
      key = pair[1]!.toLowerCase();
      section.set(key, pair[2]!.trim());
    }
  }
  const packages: Record<string, FirmwarePackage> = {};
  for (const [name, values] of sections) {
    if (!name.startsWith('pkg_')) continue;
    const files = (values.get('files') ?? '').split(/[\s,]+/).filter((file) => file !== '');
    const sizes = files.map((file) => Number(sections.get(`file_${file}`)?.get('size') ?? 0));
    packages[name.slice('pkg_'.length)] = {
      version: values.get('version') ?? '',
      description: values.get('description') ?? '',
      dsize: sizes.reduce((sum, size) => sum + (Number.isFinite(size) ? size : 0), 0),
    };
  }
  return packages;
}
