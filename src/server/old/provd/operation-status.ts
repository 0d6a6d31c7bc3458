import type { Operation } from '../../../api/operations.ts';

/** `[label|]state[;current[/end]](sub)*`, as the old clients read it. */
export function formatOperationStatus(operation: Operation): string {
  // the old server calls an upgrade "install" too
  const label = operation.kind === 'upgrade' ? 'install' : operation.kind;
  const parts = operation.sub.filter((part) => part.label === 'download');
  return formatPart({ ...operation, label }) + parts.map((part) => `(${formatPart(part)})`).join('');
}

function formatPart(part: Pick<Operation, 'label' | 'state' | 'current' | 'end'>): string {
  const end = part.end === null ? '' : `/${part.end}`;
  const progress = part.current === null ? '' : `;${part.current}${end}`;
  const label = part.label.replace(/[|;()/]/g, ' ').trim();
  return `${label}${label === '' ? '' : '|'}${part.state}${progress}`;
}
