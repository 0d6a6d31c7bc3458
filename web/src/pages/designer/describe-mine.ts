import type { ProcessActivity, ProcessDocument, ProcessEdge } from '../../api/types.ts';
import { addressId, edgeTypeOf, levelOf, listActivities } from '../../graph/address.ts';

/** What is changed here and not saved yet, a line for each thing: `+ activity`, `- activity`, `~ activity: fields`, edges. */
export function describeMine(before: ProcessDocument, after: ProcessDocument): string[] {
  const [old, now] = [activitiesOf(before), activitiesOf(after)];
  const lines = Object.keys({ ...before, ...after })
    .filter((field) => field !== 'rootActivity' && !alike(before[field], after[field]))
    .map((field) => `~ ${field}`);
  for (const [id, { name, activity }] of now) {
    const former = old.get(id)?.activity;
    if (!former) lines.push(`+ ${name}`);
    else if (former !== activity) {
      const fields = changedFields(former, activity);
      if (fields.length > 0) lines.push(`~ ${name}: ${fields.join(', ')}`);
    }
  }
  for (const [id, { name }] of old) if (!now.has(id)) lines.push(`- ${name}`);
  const [oldEdges, edges] = [edgesOf(before), edgesOf(after)];
  for (const edge of edges) if (!oldEdges.has(edge)) lines.push(`+ ${edge}`);
  for (const edge of oldEdges) if (!edges.has(edge)) lines.push(`- ${edge}`);
  return lines;
}

function activitiesOf(document: ProcessDocument): Map<string, { name: string; activity: ProcessActivity }> {
  return new Map(
    listActivities(document).map(({ address, activity }) => [addressId(address), { name: activity.name, activity }]),
  );
}

function changedFields(before: ProcessActivity, after: ProcessActivity): string[] {
  const fieldsOf = (activity: ProcessActivity): Readonly<Record<string, unknown>> => {
    const {
      children: _children,
      edges: _edges,
      offsets: _offsets,
      properties,
      ...own
    } = activity as ProcessActivity & {
      offsets?: unknown;
      properties?: Readonly<Record<string, unknown>>;
    };
    return { ...own, ...properties };
  };
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return Object.keys({ ...old, ...now }).filter((field) => !alike(old[field], now[field]));
}

function alike(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function edgesOf(document: ProcessDocument): Set<string> {
  const text = ({ from, to, ...edge }: ProcessEdge): string =>
    `${from ?? '●'} → ${to} (${edgeTypeOf({ to, ...edge })}${edge.value ? ` ${edge.value}` : ''})`;
  const levels = [document.rootActivity, ...listActivities(document).map(({ activity }) => activity)];
  return new Set(levels.flatMap((activity) => (levelOf(activity).edges ?? []).map(text)));
}
