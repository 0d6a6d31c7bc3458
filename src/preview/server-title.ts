import type { ShownValue } from '../upgrade/index.ts';
import type { PreviewUse, ServerValue } from './preview.ts';

/** What a server does to processes of one group, in one line: what changes first, then what only gets the new version. */
export function serverTitle(uses: readonly PreviewUse[]): string {
  const lines = new Set(uses.filter(({ server }) => !isPlain(server)).map(titleOfUse));
  const plain = new Set(uses.filter(({ server }) => isPlain(server)).map(titleOfUse));
  if (lines.size === 0) return `only the version: ${[...plain].join(', ')}`;
  return [...lines, ...(plain.size > 0 ? [`${plain.size} of the steps only to the new version`] : [])].join('; ');
}

function isPlain({ outcome, values }: PreviewUse['server']): boolean {
  return outcome === 'carried' && values.length === 0;
}

function titleOfUse({ from, server }: PreviewUse): string {
  const start = `"${from.stepType}" ${from.version}`;
  const head = {
    carried: `${start} → ${server.to?.version}`,
    renamed: `${start} → ${server.to?.version} as "${server.to?.stepType}"`,
    deleted: `${start} is taken out`,
    pinned: `${start} stays`,
  }[server.outcome];
  return server.values.length === 0 ? head : `${head} (${server.values.map(describeServerValue).join(', ')})`;
}

/** One value in words. */
export function describeServerValue({ name, was, kind, after, lost }: ServerValue): string {
  const label = was === null || was === name ? `"${name}"` : `"${was}" becomes "${name}"`;
  switch (kind) {
    case 'renamed':
      return label;
    case 'written':
      return `${label} = ${showValue(after)}`;
    case 'dropped':
      return `"${was ?? name}" dropped${lost ? ' with somebody’s own value' : ''}`;
    case 'not-known':
      return `${label}: not known whether ${showValue(after)}`;
  }
}

export function showValue(value: ShownValue): string {
  if (value === null) return 'no value';
  return typeof value === 'string' ? JSON.stringify(value) : '(secret)';
}
