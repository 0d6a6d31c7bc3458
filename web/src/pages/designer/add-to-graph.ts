import type { ProcessActivity, ProcessDocument, ProcessEdge } from '../../api/types.ts';
import { type Address, activityAt, isContainer, levelOf } from '../../graph/address.ts';
import { header } from '../../graph/graph-layout.ts';
import { type ProcessEdit, roomIn } from './process-edit.ts';

/**
 * Adds an activity where a person expects it who clicks in the palette: into a chosen container, else behind the chosen
 * activity (between it and what followed), else behind the only end of the process. The edits are one step.
 */
export function addBehind(
  document: ProcessDocument,
  activity: ProcessActivity,
  chosen: Address | null,
  type: ProcessEdge['type'],
): { readonly edits: readonly ProcessEdit[]; readonly address: Address } {
  const selected = chosen === null ? null : activityAt(document, chosen);
  const into = selected && chosen && chosen.length > 0 && isContainer(selected) ? chosen : (chosen?.slice(0, -1) ?? []);
  const level = levelOf(activityAt(document, into) ?? document.rootActivity);
  const edges = level.edges ?? [];
  const before = selected && into !== chosen && chosen?.length ? selected : onlyEnd(level);
  const followed = before?.type === 'finish' ? null : before;
  const kind = followed?.type === 'switch' ? 'VALUE' : type;
  const next =
    activity.type === 'finish' ? [] : edges.filter(({ from }) => followed !== null && from === followed?.name);
  const between = next.length === 1 && next[0]?.type === kind && kind !== 'VALUE' ? next[0] : null;
  const added: ProcessEdge[] = [
    ...(followed ? [{ from: followed.name, to: activity.name, type: kind, value: '' }] : []),
    ...(between ? [{ from: activity.name, to: between.to, type: 'SUCCESS' as const, value: '' }] : []),
    ...(!edges.some(({ from }) => !from) && !followed
      ? [{ to: activity.name, type: 'ALWAYS' as const, value: '' }]
      : []),
  ];
  const place = roomIn(level, followed?.name ?? null, into.length > 0 ? header + 72 : 72);
  return {
    edits: [
      ...(between ? [{ kind: 'disconnect', level: into, edge: between } as const] : []),
      { kind: 'add', level: into, activity, ...place, edges: added },
    ],
    address: [...into, activity.name],
  };
}

/** The one activity that nothing follows, if it is the only one and not a finish. */
function onlyEnd(level: ProcessActivity): ProcessActivity | null {
  const ends = (level.children ?? []).filter(({ name }) => !level.edges?.some(({ from }) => from === name));
  return ends.length === 1 && ends[0]?.type !== 'finish' ? (ends[0] ?? null) : null;
}
