import type { PluginDefinition } from '../plugin/index.ts';
import { compareVersions } from '../plugin/index-json.ts';
import { type DialectName, dialectFor, dialectNamed } from '../upgrade/index.ts';
import { buildPreview, type PreviewInput } from './build-preview.ts';
import type { Preview } from './preview.ts';
import { type LiveClientInput, liveClient } from './read/live-client.ts';
import { readServer } from './read/read-server.ts';

export interface PreviewRequest
  extends Pick<LiveClientInput, 'url' | 'token' | 'signal' | 'kept' | 'ports'>,
    Pick<PreviewInput, 'definition' | 'upgradeFile' | 'known' | 'now' | 'user'> {
  /** Whose rules count; left out: those of the server's version, else the configured ones, else what the package needs. */
  readonly dialect?: DialectName | null;
  readonly configured?: DialectName | null;
  readonly progress?: (done: number, total: number) => void;
}

/** Reads a server, changes nothing on it, and says what an upgrade would do there and what Lockstep would do. */
export async function previewServer(request: PreviewRequest): Promise<Preview> {
  const { progress, dialect, configured, ...input } = request;
  const server = await readServer({ client: liveClient(input), ...(progress && { progress }) });
  return buildPreview({ ...input, server, rules: rulesFor(server.version, request) });
}

function rulesFor(
  version: string | null,
  {
    dialect,
    configured,
    definition,
  }: { dialect?: DialectName | null; configured?: DialectName | null; definition: PluginDefinition },
): PreviewInput['rules'] {
  if (dialect) return { dialect: dialectNamed(dialect), by: 'chosen' };
  // [STEP-6] from 6.2 on unlisted steps are carried
  if (version !== null)
    return { dialect: dialectNamed(compareVersions(version, '6.2') >= 0 ? 'urbancode' : 'udeploy'), by: 'version' };
  if (configured) return { dialect: dialectNamed(configured), by: 'configuration' };
  return { dialect: dialectFor({}, definition), by: 'package' };
}
