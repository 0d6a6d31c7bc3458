/** What somebody typed into the palette: perhaps a verb, the words to look for, perhaps the number of a thing. */
export interface Meant {
  readonly verb: 'install' | 'run' | 'open' | null;
  /** In lower case. */
  readonly words: string;
  readonly number: string | null;
}

/** English and French, since people type what they read on the page. */
const verbs = {
  install: ['install', 'installer', 'upgrade'],
  run: ['run', 'start', 'exécuter', 'lancer'],
  open: ['go to', 'open', 'plan', 'show', 'aller à', 'ouvrir', 'montrer'],
} as const;

export function meant(query: string): Meant {
  let words = query.trim().toLowerCase();
  let verb: Meant['verb'] = null;
  for (let again = true; again; ) {
    again = false;
    for (const [name, said] of Object.entries(verbs)) {
      const first = said.find((one) => words.startsWith(`${one} `));
      if (!first) continue;
      verb ??= name as Exclude<Meant['verb'], null>;
      words = words.slice(first.length).trim();
      again = true;
    }
  }
  const number = /^\d+$/.test(words) ? words : null;
  return { verb, words, number };
}
