import { join } from 'node:path';
import { LockstepError, type Problem } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import type { Store } from '../../store/index.ts';
import { type ChannelList, readList } from './channel-list.ts';

/** A version that its channel withdrew, as the last list said. */
export interface WithdrawnVersion {
  readonly id: string;
  readonly version: string;
  readonly reason: string;
  /** A version of the same plugin, or any text that names what to use instead. */
  readonly replacement: string | null;
  /** ISO 8601. */
  readonly when: string;
}

/** What the channel says of a version that it withdrew; null for others, and for one that it offers again. */
export function withdrawnVersion(list: ChannelList | null, id: string, version: string): WithdrawnVersion | null {
  const versions = list && Object.hasOwn(list.yanked, id) ? list.yanked[id]! : {};
  if (!Object.hasOwn(versions, version) || list?.index.get(id)?.version === version) return null;
  const { reason, replacement, when } = versions[version]!;
  return { id, version, reason, replacement, when };
}

/** Those of the versions that were withdrawn, by the list that a data folder keeps. */
export async function withdrawnIn(
  data: string,
  versions: readonly { readonly id: string; readonly version: string }[],
): Promise<WithdrawnVersion[]> {
  const list = await readList(join(data, 'channel'));
  return versions.flatMap(({ id, version }) => withdrawnVersion(list, id, version) ?? []);
}

export function withdrawnProblem({ id, version, reason, replacement }: WithdrawnVersion): Problem {
  return {
    code: 'version-withdrawn',
    severity: 'warning',
    message: `${id} ${version} was withdrawn from its channel: ${asSentence(reason)}`,
    hint: replacement === null ? 'Upgrade it as soon as another version is offered.' : `Use ${replacement} instead.`,
  };
}

/** For who asks for a plugin that is no longer offered: the newest withdrawal, with its reason. */
export function withdrawnError(list: ChannelList, id: string): LockstepError | null {
  const versions = Object.hasOwn(list.yanked, id) ? Object.entries(list.yanked[id]!) : [];
  const [last] = versions.sort(([, a], [, b]) => (a.when < b.when ? 1 : -1));
  if (!last) return null;
  const [version, { reason, replacement }] = last;
  return new LockstepError(
    'plugin-withdrawn',
    `${id} ${version} was withdrawn from ${list.url}: ${asSentence(reason)}`,
    {
      hint: replacement === null ? 'Nothing is offered in its place yet.' : `Use ${replacement} instead.`,
      data: { id, version, reason, replacement },
    },
  );
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Writes down that installed versions were withdrawn, where people look for what happened. */
export async function noteWithdrawn(store: Store, withdrawn: readonly WithdrawnVersion[]): Promise<void> {
  for (const { id, version, reason, replacement } of withdrawn) {
    await store.db
      .insertInto('activity')
      .values({
        at: system.clock.now().toISOString(),
        who: 'channel',
        action: 'plugin.withdrawn',
        subject_kind: 'plugin',
        subject_id: id,
        subject_name: id,
        detail: JSON.stringify({ version, reason, replacement }),
      })
      .execute();
  }
}
