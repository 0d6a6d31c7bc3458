import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Operation } from '../../api/operations.ts';
import { forgetPlugin, showPlugin } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { Actor } from '../accounts/actor.ts';
import { runsUsing } from '../runs/runs-using.ts';
import type { Services } from '../services.ts';

/** Uninstalls one version; refused while processes, snapshots or runs use it, unless forced. */
export async function uninstallVersion(
  { data, store, catalogueOf, host }: Pick<Services, 'data' | 'store' | 'catalogueOf' | 'host'>,
  { id, version, who, ...options }: { id: string; version: string; who: string; force: boolean; why?: string },
): Promise<{ readonly id: string; readonly version: string }> {
  const catalogue = catalogueOf(who);
  const found = (await showPlugin(catalogue, id)).versions.find((one) => one.version === version);
  const runs = found?.number == null || options.force ? null : await runsUsing(store, id, found.number);
  if (runs && runs.count > 0) {
    throw new LockstepError('plugin-in-use', `${id} ${version} is used by ${runs.examples.slice(0, 5).join(', ')}.`, {
      hint: 'Wait for these runs to end or cancel them, or force it.',
      data: { count: runs.count, examples: runs.examples },
    });
  }
  await forgetPlugin(catalogue, id, { version, ...options });
  await host.follow(id);
  if (found?.folder) await rm(join(data.path, found.folder), { recursive: true, force: true });
  return { id, version };
}

/** The same as an operation, told to whoever watches. */
export function startUninstallVersion(
  services: Services,
  change: { id: string; version: string; force: boolean; why?: string },
  actor: Actor,
): Operation {
  const request = { kind: 'uninstall', subject: change.id, label: 'uninstall', by: actor.name };
  return services.operations.start(request, () =>
    uninstallVersion(services, { ...change, who: actor.name }).finally(async () => {
      services.events.publish({ topic: 'plugins' });
      await services.announceActivity();
    }),
  );
}
