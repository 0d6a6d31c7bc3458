import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AuthoredPlugin } from './read-definition.ts';
import { readDefinition } from './read-definition.ts';

/**
 * The plugins whose folders lie beside this one's, by id, each with who takes over from it; asked for only where the
 * plugin names a successor. Null for a package: nothing lies beside it.
 */
export async function pluginsBeside({ definition, files }: AuthoredPlugin): Promise<Map<string, string | null> | null> {
  if (!definition?.successor || files.folder === null) return null;
  const around = dirname(files.folder);
  const entries = await readdir(around, { withFileTypes: true }).catch(() => []);
  const known = new Map<string, string | null>();
  for (const entry of entries) {
    if (!entry.isDirectory() || join(around, entry.name) === files.folder) continue;
    // a folder that is no plugin, or none that can be read, is not this one's fault
    const other = await readDefinition(join(around, entry.name), around).catch(() => null);
    if (other?.definition) known.set(other.definition.id, other.definition.successor?.id ?? null);
  }
  return known;
}
