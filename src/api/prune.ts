import { Type } from 'typebox';
import { Operation } from './operations.ts';
import { OneOf, route, Time } from './route.ts';

export const prunableKinds = ['runs', 'plans', 'upgrades', 'versions', 'activity'] as const;
export type PrunableKind = (typeof prunableKinds)[number];

const Kind = OneOf(prunableKinds);
const days = Type.Integer({ minimum: 0, maximum: 36_500, description: 'Older than this' });
const keep = Type.Integer({ minimum: 0, description: 'So many runs of each process stay, however old' });

const keepUpgrades = Type.Integer({
  minimum: 1,
  description:
    'So many applied upgrades of each plugin can still be undone, older ones go; left out: all that anything is left of',
});

const PrunePreview = Type.Object({
  before: Time,
  counts: Type.Array(Type.Object({ kind: Kind, count: Type.Integer() })),
});

export const pruneRoutes = {
  previewPrune: route({
    method: 'GET',
    url: '/api/prune',
    summary: 'How much pruning would remove now; changes nothing',
    permission: 'settings-edit',
    query: Type.Object({
      days,
      keep: Type.Optional(keep),
      keepUpgrades: Type.Optional(keepUpgrades),
      kinds: Type.Optional(
        Type.String({
          pattern: `^(${prunableKinds.join('|')})(,(${prunableKinds.join('|')}))*$`,
          description: 'With commas between; all unless given',
        }),
      ),
    }),
    reply: PrunePreview,
  }),
  prune: route({
    method: 'POST',
    url: '/api/prune',
    summary: 'Remove what no undo, snapshot, run or current version needs and is older, and give the space back',
    permission: 'settings-edit',
    body: Type.Object(
      {
        days,
        keep: Type.Optional(keep),
        keepUpgrades: Type.Optional(keepUpgrades),
        kinds: Type.Optional(Type.Array(Kind, { minItems: 1 })),
        why: Type.Optional(Type.String({ maxLength: 2000 })),
      },
      { additionalProperties: false },
    ),
    status: 202,
    reply: Operation,
  }),
};
