import type { Static } from 'typebox';
import type { gateRoutes } from '../../api/gate.ts';
import { comparePromoted, type Promoted, readRealDevices } from '../../family/index-phones.ts';
import { choose, compareOffers, type IndexEntry, type Repository } from '../../repository/index.ts';

type Route = (typeof gateRoutes)['compareTelephones'];

/** Compares what telephones receive from one channel's offer and from another's; changes nothing. */
export async function telephoneGate(
  repository: Repository,
  { from, to, select, devices: rows, configs }: Static<Route['body']>,
): Promise<Static<Route['reply']>> {
  const devices = readRealDevices({ devices: rows, configs }, 'The request');
  const moving = await movingBetween(repository, { from, to, select });
  const { report, problems } = await comparePromoted(moving, devices);
  return {
    telephones: devices.length,
    compared: report?.devices ?? 0,
    changed: report?.changed ?? 0,
    groups: (report?.groups ?? []).map(({ devices: ids, files, ...group }) => ({
      ...group,
      devices: [...ids],
      files: files.map((file) => ({ ...file, lines: [...file.lines] })),
    })),
    problems: report || problems.length > 0 ? [...problems] : [nothingCompared(devices.length, moving.length)],
  };
}

async function movingBetween(
  repository: Repository,
  { from, to, select }: { readonly from: string; readonly to: string; readonly select: readonly string[] },
): Promise<Promoted[]> {
  const source = await repository.readOffer(from);
  // what nobody published to offers nothing
  const there = (await repository.listChannels()).some(({ name }) => name === to);
  const target = there ? (await repository.readOffer(to)).index : new Map<string, IndexEntry>();
  const chosen = new Set(choose(source.index, { what: select, from }).map(({ id }) => id));
  return compareOffers(source.index, target).flatMap(({ id }): Promoted[] => {
    const entry = source.index.get(id);
    if (!entry || !chosen.has(id)) return [];
    const before = target.get(id) ?? null;
    return [
      {
        entry,
        before,
        readPackage: () => repository.readPackage(from, entry),
        readBefore: async () => before && repository.readPackage(to, before),
      },
    ];
  });
}

function nothingCompared(telephones: number, plugins: number) {
  const message =
    telephones === 0
      ? 'No telephones were sent: nothing was compared.'
      : `None of the ${telephones} telephones has one of the ${plugins} plugins that differ: nothing was compared.`;
  return { code: 'telephones-not-compared', severity: 'notice' as const, message };
}
