import { describe, expect, it } from 'vitest';
import type { ProcessDocument } from '../../process/index.ts';
import { restoreSecureValues } from './secure-values.ts';

const hidden = { secret: true };

function use(name: string, password: unknown) {
  const step = { pluginName: 'P', pluginVersion: 1, commandName: 'Login' };
  return { type: 'plugin', name, ...step, properties: { password }, children: [] };
}

function process(...children: unknown[]): ProcessDocument {
  return { name: 'p', rootActivity: { type: 'graph', name: 'g', edges: [], children } } as unknown as ProcessDocument;
}

const passwords = (document: ProcessDocument) =>
  document.rootActivity.children?.map((activity) => (activity['properties'] as { password: unknown }).password);

describe('hidden values that come back from an edit', () => {
  it('are put back by the activity’s name, wherever it stands now', () => {
    const stored = process(use('a', 'secret a'), use('b', 'secret b'));
    expect(passwords(restoreSecureValues(process(use('b', hidden), use('a', hidden)), stored))).toEqual([
      'secret b',
      'secret a',
    ]);
  });

  it('follow a renamed activity, also when an earlier one was deleted in the same edit and another stays', () => {
    const stored = process(
      { ...use('a', 'secret a'), commandName: 'Other' },
      use('b', 'secret b'),
      use('c', 'secret c'),
    );
    const edited = process(use('renamed', hidden), use('c', hidden));
    expect(passwords(restoreSecureValues(edited, stored))).toEqual(['secret b', 'secret c']);
  });

  it('are asked for again where two activities could be meant, so that no secret goes to the wrong one [PROP-7]', () => {
    const stored = process(use('a', 'secret a'), use('b', 'secret b'));
    expect(() => restoreSecureValues(process(use('new', hidden)), stored)).toThrow(
      /hidden value of "password" in "new"/,
    );
  });
});
