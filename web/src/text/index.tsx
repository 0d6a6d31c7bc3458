import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { en, type TextKey } from './en.ts';
import { fr } from './fr.ts';
import type { Language } from './locale.ts';
import { localeOf } from './locale.ts';

export type { TextKey } from './en.ts';
export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const texts: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { en, fr };
const stored = 'lockstep.language';

/** Numbers that name something are written as they are; the others with the separators of the locale. */
const counted = new Set(['version', 'from', 'to', 'generation', 'plan', 'run', 'number']);

interface TextContext {
  readonly say: Say;
  readonly language: Language;
  /** For numbers and times: `en-GB` where the browser says so. */
  readonly locale: string;
  readonly number: (value: number) => string;
  readonly setLanguage: (language: Language) => void;
}

const Context = createContext<TextContext | null>(null);

/** Whether the page has a text for what only the server names. */
export function isText(key: string): key is TextKey {
  return Object.hasOwn(en, key);
}

function firstLanguage(): Language {
  const kept = localStorage.getItem(stored);
  if (kept === 'en' || kept === 'fr') return kept;
  return navigator.language.startsWith('fr') ? 'fr' : 'en';
}

export function TextProvider({ children }: { readonly children: ReactNode }) {
  const [language, choose] = useState<Language>(firstLanguage);
  const value = useMemo<TextContext>(() => {
    document.documentElement.lang = language;
    const locale = localeOf(language);
    const format = new Intl.NumberFormat(locale);
    const write = (name: string, value: string | number): string =>
      typeof value === 'number' && !counted.has(name) ? format.format(value) : String(value);
    return {
      language,
      locale,
      number: (value) => format.format(value),
      setLanguage(next) {
        localStorage.setItem(stored, next);
        choose(next);
      },
      say: (key, values = {}) =>
        formFor(texts[language][key], values['count'], language).replace(/\{(\w+)\}/g, (mark, name: string) =>
          write(name, values[name] ?? mark),
        ),
    };
  }, [language]);
  return <Context value={value}>{children}</Context>;
}

/** The page's texts in the person's language. */
export function useText(): TextContext {
  const context = useContext(Context);
  if (!context) throw new Error('useText stands outside TextProvider');
  return context;
}

/** A text with a count has two forms, `one || many`; which one counts is the language's own matter. */
function formFor(text: string, count: string | number | undefined, language: Language): string {
  const [one, many] = text.split(' || ');
  if (many === undefined || one === undefined) return text;
  return new Intl.PluralRules(language).select(Number(count)) === 'one' ? one : many;
}
