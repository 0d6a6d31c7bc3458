/**
 * What a plugin offers for its devices: `pkgs/pkgs.db`, an INI file of the old server.
 *
 *     [pkg_NAME]      description, description_fr …, version, files (names), install (a name, then arguments)
 *     [file_NAME]     url (may be empty), filename (default: the end of the url), size, sha1sum
 *     [install_NAME]  a-b: unzip $FILE1
 *                     b-c: cp *.bin firmware/
 *
 * A step fills the folder after the dash from the folder before it. `a` holds the files; folders from which no step leads
 * on are what is installed. `$FILE1` is the first of the files, `$ARG1` the first argument. Pure.
 */
export interface FirmwarePackage {
  readonly id: string;
  readonly version: string;
  readonly description: string;
  /** By locale, such as `fr`. */
  readonly descriptions: Readonly<Record<string, string>>;
  /** Bytes of all its files. */
  readonly size: number;
  readonly files: readonly FirmwareFile[];
  readonly steps: readonly FirmwareStep[];
  /** Why it cannot be installed from what stands here; null where it can. */
  readonly fault: string | null;
}

export interface FirmwareFile {
  readonly filename: string;
  /** Null where it has to be put into the cache by hand, because its maker asks for a sign-in. */
  readonly url: string | null;
  readonly size: number;
  readonly sha1: string;
}

export interface FirmwareStep {
  readonly from: string;
  readonly to: string;
  readonly act: FirmwareAct;
  /** With `$FILE1` and `$ARG1` replaced; letters of a file's name that mean something in a pattern stand in brackets. */
  readonly words: readonly string[];
}

const acts = ['unzip', 'untar', 'include', 'exclude', 'cp'] as const;
type FirmwareAct = (typeof acts)[number];

type Section = ReadonlyMap<string, string>;

/** Every package, by name; one that is written wrongly is among them with its fault. */
export function parseFirmware(text: string): ReadonlyMap<string, FirmwarePackage> {
  const sections = readSections(text);
  const packages = new Map<string, FirmwarePackage>();
  for (const [name, section] of sections) {
    if (!name.startsWith('pkg_')) continue;
    const id = name.slice('pkg_'.length);
    packages.set(id, readPackage(id, section, sections));
  }
  return packages;
}

function readPackage(id: string, section: Section, sections: ReadonlyMap<string, Section>): FirmwarePackage {
  const names = words(section.get('files') ?? '');
  const given = names.map((name) => sections.get(`file_${name}`));
  const told = {
    ...{ id, version: section.get('version') ?? '', description: section.get('description') ?? '' },
    descriptions: Object.fromEntries(
      [...section].flatMap(([key, value]) => (key.startsWith('description_') ? [[key.slice(12), value]] : [])),
    ),
    size: given.reduce((sum, file) => sum + (Number(file?.get('size')) || 0), 0),
  };
  try {
    // it names a file of ours
    if (!/^\w[\w.+-]*$/.test(id)) throw new Error('its name has letters that a name may not have');
    const files = names.map((name, at) => readFile(name, given[at]));
    return { ...told, files, steps: readSteps(section, sections, files), fault: null };
  } catch (error) {
    return { ...told, files: [], steps: [], fault: (error as Error).message };
  }
}

function readFile(name: string, section: Section | undefined): FirmwareFile {
  if (!section) throw new Error(`there is no [file_${name}]`);
  const url = section.get('url') || null;
  const filename = section.get('filename') || lastPart(url);
  if (filename === null || !/^[^/\\\0]+$/.test(filename) || filename.startsWith('.')) {
    throw new Error(`[file_${name}] names no file`);
  }
  const size = Number(section.get('size'));
  if (!Number.isSafeInteger(size) || size < 0) throw new Error(`[file_${name}] has no size`);
  const sha1 = section.get('sha1sum') ?? '';
  if (!/^[0-9a-f]{40}$/i.test(sha1)) throw new Error(`[file_${name}] has no sha1sum`);
  // where the file is offered only after a sign-in, the address leads to a page
  return { filename, url: section.has('downloader') ? null : url, size, sha1: sha1.toLowerCase() };
}

function lastPart(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  try {
    return decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '') || null;
  } catch {
    return null;
  }
}

function readSteps(
  section: Section,
  sections: ReadonlyMap<string, Section>,
  files: readonly FirmwareFile[],
): FirmwareStep[] {
  const [name, ...given] = words(section.get('install') ?? '');
  const recipe = name === undefined ? undefined : sections.get(`install_${name}`);
  if (!recipe) throw new Error(name === undefined ? 'it names no install' : `there is no [install_${name}]`);
  const steps = [...recipe].map(([key, value]) => {
    const [, from, to] = /^([a-z0-9_]+)-([a-z0-9_]+)$/.exec(key) ?? [];
    if (!from || !to) throw new Error(`"${key}" in [install_${name}] is no step`);
    const [act = '', ...rest] = words(value);
    if (!isAct(act)) throw new Error(`"${act}" is not done here (${key} in [install_${name}])`);
    const least = act === 'cp' ? 2 : 1;
    if (rest.length < least) throw new Error(`"${key}: ${value}" in [install_${name}] says too little`);
    return { from, to, act, words: rest.map((word) => replaceNames(word, files, given)) };
  });
  if (steps.length === 0) throw new Error(`[install_${name}] is empty`);
  return steps;
}

function isAct(word: string): word is FirmwareAct {
  return (acts as readonly string[]).includes(word);
}

function replaceNames(word: string, files: readonly FirmwareFile[], given: readonly string[]): string {
  return word.replace(/\$(FILE|ARG)(\d+)/g, (name, kind: string, number: string) => {
    const at = Number(number) - 1;
    const value = kind === 'ARG' ? given[at] : files[at]?.filename.replace(/[*?[]/g, '[$&]');
    if (value === undefined) throw new Error(`there is no ${name}`);
    return value;
  });
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

function readSections(text: string): ReadonlyMap<string, Section> {
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
      key = '';
    } else if (/^\s/.test(line) && section && key) {
      section.set(key, `${section.get(key) ?? ''} ${line.trim()}`.trim());
    } else if (pair && section) {
      key = pair[1]!.toLowerCase();
      section.set(key, pair[2]!.trim());
    }
  }
  return sections;
}
