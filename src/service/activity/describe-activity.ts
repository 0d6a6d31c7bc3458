import type { Activity } from '../../api/activity.ts';
import { subjectKinds } from '../../api/subject-kinds.ts';
import { hideSecrets } from '../hide-secrets.ts';

interface ActivityRow {
  readonly id: number;
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly subject_name: string;
  readonly detail: string;
}

/** An entry as a person reads it. */
export function describeActivity(row: ActivityRow): Activity {
  const detail = JSON.parse(row.detail) as Record<string, unknown>;
  const kind = (subjectKinds as readonly string[]).includes(row.subject_kind)
    ? (row.subject_kind as Activity['subjectKind'])
    : 'server';
  const details = Object.entries(detail).flatMap(([name, value]) => {
    const shown = shownDetail(value);
    return shown === null ? [] : [[name, shown] as const];
  });
  const shown = Object.entries(detail)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name} ${value}`);
  const [, verb = row.action] = row.action.split('.');
  const words = `${verb} ${row.subject_kind} ${row.subject_name || row.subject_id}`;
  return {
    id: String(row.id),
    at: row.at,
    by: row.who,
    action: row.action,
    subjectKind: kind,
    subject: row.subject_id,
    name: hideSecrets(row.subject_name || row.subject_id),
    details: Object.fromEntries(details),
    text: hideSecrets(`${words}${shown.length > 0 ? ` (${shown.join(', ')})` : ''}`),
    succeeded: detail['failed'] === undefined,
    reason: typeof detail['failed'] === 'string' ? detail['failed'] : null,
  };
}

/** Null where it says nothing, or is no plain value. */
function shownDetail(value: unknown): Activity['details'][string] | null {
  if (typeof value === 'string') return hideSecrets(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.map(hideSecrets);
  return null;
}
