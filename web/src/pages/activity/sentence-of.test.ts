import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../api/types.ts';
import { en, type TextKey } from '../../text/en.ts';
import { fr } from '../../text/fr.ts';
import { sentenceOf } from './sentence-of.ts';

const sayIn =
  (texts: Readonly<Record<TextKey, string>>) =>
  (key: TextKey, values: Readonly<Record<string, string | number>> = {}): string =>
    texts[key].replace(/\{(\w+)\}/g, (mark, name: string) => String(values[name] ?? mark));
const act = (action: string, name: string, details: Activity['details'] = {}): Activity => ({
  id: '1',
  at: '',
  by: 'ada',
  action,
  subjectKind: 'server',
  subject: 'x',
  name,
  details,
  text: '',
  succeeded: true,
  reason: null,
});

/** Every action that the sources write down. */
function actionsOfTheSources(): string[] {
  const sources = join(import.meta.dirname, '../../../../src');
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const named =
    /(?<=action: |\? |: |record\([^,]+, |, )'((?:plugin|process|snapshot|upgrade|channel|setting|cache|user|grant|token|sign-in|server)\.[a-z-]+(?:ed|en|ing|one|set))'/g;
  const found = files.flatMap((name) =>
    [...readFileSync(join(sources, name), 'utf8').matchAll(named)].map(([, action]) => action ?? ''),
  );
  return [...new Set(found)].sort();
}

describe('what was done, in words of the page', () => {
  it('names a plan by its plugin and version, and tells every other detail', () => {
    const planned = act('upgrade.planned', 'Fleet Tools to 3', {
      plugin: 'org.example',
      to: 3,
      uses: 4,
      why: 'asked for',
    });
    expect(sentenceOf(planned, sayIn(en))).toEqual({
      sentence: 'Planned Fleet Tools → 3',
      details: ['uses 4', 'why: asked for'],
    });
    expect(sentenceOf(planned, sayIn(fr))?.sentence).toBe('Fleet Tools → 3 planifié');
  });

  it('says roles, yes and no in the language of the page, and a detail that it does not know as it is called', () => {
    const given = act('grant.given', 'ada', { role: 'process-owner', owner: 'web*', fresh: true });
    expect(sentenceOf(given, sayIn(fr))?.details).toEqual([
      'rôle Responsable de processus',
      'propriétaire web*',
      'fresh oui',
    ]);
  });

  it('leaves an act that it does not know to the words of the server', () => {
    expect(sentenceOf(act('moon.landed', 'x'), sayIn(en))).toBe(null);
  });

  it('knows every act that the server writes down', () => {
    const actions = actionsOfTheSources();
    expect(actions).toContain('upgrade.applied');
    // what is done with a channel through the repository's own addresses is called by its verb
    const verbs = ['publish', 'upload-stable', 'promote', 'yank', 'archive', 'restore'];
    actions.push(...verbs.map((verb) => `channel.${verb}`));
    expect(actions.length).toBeGreaterThan(30);
    expect(actions.filter((action) => sentenceOf(act(action, 'x'), sayIn(fr)) === null)).toEqual([]);
  });
});
