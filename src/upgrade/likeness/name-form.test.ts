import { describe, expect, it } from 'vitest';
import { differOnlyInForm, folded, showForms } from './name-form.ts';

const composed = 'gr\u00f6\u00dfe';
const decomposed = 'gro\u0308\u00dfe';

describe('[PROP-8] two names that look alike', () => {
  it('[PROP-8] differ in letter case, in Unicode form, or in more', () => {
    expect(differOnlyInForm('host', 'Host')).toBe('letter case');
    expect(differOnlyInForm(composed, decomposed)).toBe('Unicode form');
    expect(differOnlyInForm(composed.toUpperCase(), decomposed)).toBe(null);
    expect(differOnlyInForm('GR\u00d6SSE', 'gro\u0308sse')).toBe('letter case');
    expect(differOnlyInForm('host', 'host')).toBe(null);
    expect(differOnlyInForm('host', 'hosts')).toBe(null);
    expect(folded('GR\u00d6SSE')).toBe(folded('gro\u0308sse'));
  });

  it('are shown with what the eye does not see', () => {
    expect(showForms(composed, decomposed)).toBe(`"${composed}" (U+00F6) and "${decomposed}" (U+006F U+0308)`);
    expect(showForms('host', 'Host')).toBe('"host" and "Host"');
  });
});
