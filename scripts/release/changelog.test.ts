import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readChangelog } from './changelog.ts';

const text = '# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0 (2026-10-01)\n\n- Old.\n';

describe('the changelog', () => {
  it('gives the notes of a dated version, and none of one without a date', () => {
    expect(readChangelog(text).notesOf('0.1.0')).toEqual({ date: '2026-10-01', notes: '- Old.' });
    expect(readChangelog(text).notesOf('0.2.0')).toBeNull();
    expect(readChangelog('## 0.1.0 (unreleased)\n\n- Old.\n').notesOf('0.1.0')).toBeNull();
  });

  it('moves what is unreleased below a dated heading, and loses no line', () => {
    const dated = readChangelog(text).dated('0.2.0', '2026-11-28');
    expect(readChangelog(dated).unreleased).toBe('');
    expect(readChangelog(dated).notesOf('0.2.0')).toEqual({ date: '2026-11-28', notes: '- New.' });
    expect(dated).toContain('## 0.1.0 (2026-10-01)\n\n- Old.\n');
  });

  it('of this project says what is in the next version', () => {
    const changelog = readChangelog(readFileSync('CHANGELOG.md', 'utf8'));
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(changelog.unreleased || changelog.notesOf(version)?.notes).toMatch(/^- /);
  });
});
