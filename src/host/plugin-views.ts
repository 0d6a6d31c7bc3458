import type { IndexEntry } from '../repository/index.ts';
import type { InstalledVersion } from './installed-rows.ts';
import { type LivePlaces, liveFolder } from './live/live-folder.ts';
import { type LoadedPlugin, readEdited } from './live/loaded-plugin.ts';

/** One plugin of the channel's list, in the server's locale. */
export interface InstallableView {
  readonly id: string;
  readonly version: string;
  readonly description: string;
  readonly capabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Bytes of the package. */
  readonly dsize: number;
  readonly sha1sum: string;
  readonly family: string | null;
  /** The version installed here; null for none. */
  readonly installed: string | null;
}

/** One installed plugin, or a folder that should be one. */
export interface InstalledView {
  readonly id: string;
  readonly name: string;
  /** Null where it cannot even be told. */
  readonly version: string | null;
  readonly description: string;
  readonly capabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly stepTypes: number;
  /** `broken`: its folder cannot be used; `reason` says why, and whether an earlier state is still loaded. */
  readonly state: 'loaded' | 'broken';
  readonly reason: string | null;
  readonly installedAt: string | null;
  readonly installedBy: string | null;
}

export function describeInstallable(
  entry: IndexEntry,
  installed: string | null,
  locale: string | null,
): InstallableView {
  return {
    id: entry.id,
    version: entry.version,
    description: inLocale(entry.fields, entry.description, locale),
    capabilities: entry.capabilities,
    dsize: entry.size,
    sha1sum: entry.sha1,
    family: entry.family,
    installed,
  };
}

export function describeInstalled(
  version: InstalledVersion,
  loaded: LoadedPlugin | undefined,
  reason: string | null,
  locale: string | null,
): InstalledView {
  const release = loaded?.release;
  const info = release?.info;
  return {
    id: version.id,
    name: version.name,
    version: release?.version ?? version.version,
    description: info ? inLocale(info.raw, info.description, locale) : (release?.definition?.description ?? ''),
    capabilities: loaded?.capabilities ?? {},
    stepTypes: release?.definition?.stepTypes.length ?? 0,
    state: reason === null && loaded ? 'loaded' : 'broken',
    reason: reason ?? (loaded ? null : 'It could not be loaded.'),
    installedAt: version.installedAt,
    installedBy: version.installedBy,
  };
}

/** A folder among the plugins that the database does not know. */
export async function describeForeign(places: LivePlaces, id: string): Promise<InstalledView> {
  const nothing = { id, name: id, version: null, description: '', capabilities: {}, stepTypes: 0 };
  const broken = { ...nothing, state: 'broken' as const, installedAt: null, installedBy: null };
  try {
    const { version } = await readEdited(places, id);
    const reason = `Version ${version} lies in ${liveFolder(places, id)} but was never loaded; reload it.`;
    return { ...broken, version, reason };
  } catch (error) {
    return { ...broken, reason: (error as Error).message };
  }
}

/** Searches in id and description, without regard to letter case. */
export function matches(
  { id, description }: { readonly id: string; readonly description: string },
  search: string,
): boolean {
  const wanted = search.trim().toLowerCase();
  return wanted === '' || id.toLowerCase().includes(wanted) || description.toLowerCase().includes(wanted);
}

/** `description_fr_CA`, else `description_fr`, else the description itself. */
function inLocale(fields: Readonly<Record<string, unknown>>, standard: string, locale: string | null): string {
  if (locale === null) return standard;
  for (const name of [locale, locale.split('_', 1)[0]!]) {
    const text = fields[`description_${name}`];
    if (typeof text === 'string') return text;
  }
  return standard;
}
