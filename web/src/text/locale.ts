/** How a person writes numbers and times: as their browser does, where that speaks the language of the page. */
export function localeOf(language: Language, wanted: readonly string[] = navigator.languages): string {
  return wanted.find((one) => one === language || one.startsWith(`${language}-`)) ?? language;
}

export type Language = 'en' | 'fr';
