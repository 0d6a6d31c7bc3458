import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/failure/index.ts';
import { errorTexts } from '../../web/src/text/errors.ts';

describe('texts of errors in the page', () => {
  it.each(Object.entries(errorTexts))('in %s are for codes that exist', (_, texts) => {
    expect(Object.keys(texts).filter((code) => !(code in catalogue))).toEqual([]);
    expect(new Set(Object.values(texts)).size).toBe(Object.keys(texts).length);
  });

  it.each(Object.entries(errorTexts))('in %s cover every refusal of plugins, processes, plans and runs', (_, texts) => {
    const seen = /^(plugin|process|plan|run|channel|user|token|setting)-/;
    const codes = Object.keys(catalogue).filter((code) => seen.test(code));
    expect(codes.filter((code) => texts[code] === undefined)).toEqual([]);
  });
});
