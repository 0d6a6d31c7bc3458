import type { Permission, Role } from '../../api/permission.ts';

/** A role for the processes of some owners only. */
export interface Grant {
  readonly role: Role;
  /** Component or template, `*` for any letters; null: processes that have none. */
  readonly owner: string | null;
}

/** What can be allowed for some processes alone; everything else is for the whole server. */
const ofProcesses: ReadonlySet<Permission> = new Set([
  'process-edit',
  'process-run',
  'plan-make',
  'plan-answer',
  'plan-apply',
]);

export function isOfProcesses(permission: Permission): boolean {
  return ofProcesses.has(permission);
}

/** Whether a grant is for the processes of this owner. */
export function covers({ owner: pattern }: Grant, owner: string | null): boolean {
  if (pattern === null || owner === null) return pattern === owner;
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === owner;
  const last = rest.pop()!;
  if (owner.length < first.length + last.length || !owner.startsWith(first) || !owner.endsWith(last)) return false;
  const end = owner.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = owner.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
