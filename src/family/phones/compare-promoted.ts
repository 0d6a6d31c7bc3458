import type { Problem } from '../../failure/index.ts';
import { type CompareOptions, type CompareReport, comparePhones } from './compare-phones.ts';
import { describeChangeGroup } from './describe-change-group.ts';
import { phonePluginOfPackage } from './read-phone-plugins.ts';
import type { RealDevice } from './real-devices.ts';

/** A plugin that would take the place of what a channel offers under its id. */
export interface Promoted {
  readonly entry: { readonly id: string; readonly version: string; readonly filename: string };
  readonly before: { readonly version: string; readonly filename: string } | null;
  readonly readPackage: () => Promise<Uint8Array>;
  readonly readBefore: () => Promise<Uint8Array | null>;
}

export interface PromotedTelephones {
  /** Null where no telephone has any of the plugins. */
  readonly report: CompareReport | null;
  /** Warnings only: whoever promotes decides. Each change once, with the telephones that it reaches. */
  readonly problems: readonly Problem[];
}

/** So many lines of a change are spelled out; `family compare` shows all. */
const mostLines = 40;

/** What the telephones of a server would receive from plugins that are promoted, against what they receive now. */
export async function comparePromoted(
  moving: readonly Promoted[],
  devices: readonly RealDevice[],
  how: Omit<CompareOptions, 'devices'> = {},
): Promise<PromotedTelephones> {
  const counts = new Map<string, number>();
  for (const { plugin } of devices) if (plugin !== null) counts.set(plugin, (counts.get(plugin) ?? 0) + 1);
  const used = moving.filter(({ entry }) => counts.has(entry.id));
  const [old, now] = [[], []] as [CompareSide, CompareSide];
  const problems: Problem[] = [];
  for (const { entry, before, readPackage, readBefore } of used) {
    const former = before && (await readBefore());
    if (!before || !former) {
      const message = `${entry.id} ${entry.version} takes no other's place: what its telephones (${counts.get(entry.id)}) would receive was not compared.`;
      problems.push({ code: 'telephones-not-compared', severity: 'warning', message });
      continue;
    }
    old.push(await phonePluginOfPackage(entry.id, former, before.filename));
    now.push(await phonePluginOfPackage(entry.id, await readPackage(), entry.filename));
  }
  if (now.length === 0) return { report: null, problems };
  const report = await comparePhones(old, now, { ...how, devices });
  return { report, problems: [...problems, ...problemsOf(report)] };
}

type CompareSide = Awaited<ReturnType<typeof phonePluginOfPackage>>[];

function problemsOf({ groups, doubts, plugins, devices, changed }: CompareReport): Problem[] {
  const versions = new Map(plugins.map(({ id, from, to }) => [id, `${from} → ${to}`]));
  return [
    ...groups.map((group): Problem => {
      const plugin = `${group.plugin} ${versions.get(group.plugin)}`;
      const lines = describeChangeGroup({ ...group, plugin }, 'telephone');
      const more = lines.length > mostLines ? [`  … and ${lines.length - mostLines} more lines`] : [];
      const message = [...lines.slice(0, mostLines), ...more].join('\n');
      return { code: 'telephones-receive-other-files', severity: 'warning', message };
    }),
    ...doubts.map((message): Problem => ({ code: 'telephones-not-compared', severity: 'warning', message })),
    {
      code: 'telephones-compared',
      severity: 'notice',
      message: `${plugins.map(({ id }) => id).join(', ')}: ${changed} of ${devices} telephones would receive other files.`,
    },
  ];
}
