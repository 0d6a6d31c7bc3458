export type Fields = Readonly<Record<string, unknown>>;

/** `description` in the wanted language where there is one, and none of the others: as every list of the old API has it. */
export function inLocale(fields: Fields, locale: string | null): Fields {
  const shown = Object.entries(fields).filter(([name]) => !name.startsWith('description_'));
  const wanted = locale === null ? [] : [locale, locale.split('_', 1)[0]!];
  const text = wanted.map((name) => fields[`description_${name}`]).find((one) => typeof one === 'string');
  return { ...Object.fromEntries(shown), ...(text === undefined ? {} : { description: text }) };
}
