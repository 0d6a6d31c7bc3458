export interface Changelog {
  /** What was done since the last release; empty where nothing is written. */
  readonly unreleased: string;
  /** The notes of a version whose heading carries its day: `## 0.2.0 (2026-11-28)`. */
  notesOf(version: string): { readonly date: string; readonly notes: string } | null;
  /** The whole text with what is unreleased moved below a dated heading. */
  dated(version: string, date: string): string;
}

const heading = /^## (?<title>.+)$/gm;

/** CHANGELOG.md as its sections. */
export function readChangelog(text: string): Changelog {
  const found = [...text.matchAll(heading)];
  const sections = found.map((match, index) => ({
    title: match.groups!['title']!,
    start: match.index,
    body: text.slice(match.index + match[0].length, found[index + 1]?.index ?? text.length).trim(),
  }));
  const unreleased = sections.find(({ title }) => title === 'Unreleased')?.body ?? '';
  return {
    unreleased,
    notesOf(version) {
      for (const { title, body } of sections) {
        const [, named, date] = /^(\S+) \((\d{4}-\d\d-\d\d)\)$/.exec(title) ?? [];
        if (named === version && date !== undefined) return { date, notes: body };
      }
      return null;
    },
    dated: (version, date) => text.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version} (${date})`),
  };
}
