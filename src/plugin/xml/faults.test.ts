import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LockstepError } from '../../failure/index.ts';
import { parseUpgradeXml, readXml } from '../index.ts';
import { decodeXml } from './decode-xml.ts';
import { xmlLimits } from './read-xml.ts';

const head = '<?xml version="1.0"?>\n<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">\n';

function faultOf(text: string): LockstepError {
  try {
    parseUpgradeXml(text, 'upgrade.xml');
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error('the text was read');
}

const bomb = `<?xml version="1.0"?>
<!DOCTYPE bomb [
  <!ENTITY a "ha">
  <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
  <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<plugin-upgrade>&c;</plugin-upgrade>`;

const faults: readonly (readonly [string, string, string, string, string])[] = [
  ['an empty file', '', 'xml-not-well-formed', '1:1', 'The file is empty.'],
  ['a text that is no XML', 'hello there', 'xml-not-well-formed', '1:1', 'starts with "hello there"'],
  ['a zip under the name of an XML file', 'PK\u0003\u0004…', 'xml-not-well-formed', '1:1', 'not a UTF-8 text'],
  ['a file of nulls', '\0\0\0', 'xml-not-well-formed', '1:1', 'not a UTF-8 text'],
  ['an entity bomb', bomb, 'xml-not-safe', '2:1', 'declares a DOCTYPE'],
  [
    'an external entity',
    '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<plugin-upgrade>&x;</plugin-upgrade>',
    'xml-not-safe',
    '1:1',
    'declares a DOCTYPE',
  ],
  [
    'an external subset',
    '<!DOCTYPE p SYSTEM "http://127.0.0.1/p.dtd"><plugin-upgrade/>',
    'xml-not-safe',
    '1:1',
    'declares a DOCTYPE',
  ],
  ['too many levels', '<a>'.repeat(80) + '</a>'.repeat(80), 'xml-not-safe', `1:${64 * 3 + 1}`, 'deeper than 64'],
  [
    'merge markers',
    `${head}<<<<<<< HEAD\n=======\n<migrate to-version="2"/>\n>>>>>>> topic\n</plugin-upgrade>`,
    'xml-not-well-formed',
    '3:1',
    'unresolved git merge (lines 3, 4, 6)',
  ],
  [
    'a truncated file',
    `${head}  <migrate to-version="2">\n    <migrate-command name="A"`,
    'xml-not-well-formed',
    '4:5',
    'The file ends inside <migrate-command>',
  ],
  [
    'a file cut off between two elements',
    `${head}  <migrate to-version="2">\n    <migrate-command name="A"/>\n`,
    'xml-not-well-formed',
    '3:3',
    'The file ends inside <migrate>',
  ],
  [
    'a doubled quote',
    `${head}  <migrate to-version="2"">\n</migrate></plugin-upgrade>`,
    'xml-not-well-formed',
    '3:26',
    'A quote is doubled',
  ],
  [
    'a quote that is missing',
    `${head}  <migrate to-version="2>\n    <migrate-command/></migrate></plugin-upgrade>`,
    'xml-not-well-formed',
    '4:5',
    'a quote before it is missing',
  ],
  [
    'a nested comment',
    `${head}  <!-- one <!-- two --> three -->\n</plugin-upgrade>`,
    'xml-not-well-formed',
    '3:12',
    'comment holds "--"',
  ],
  [
    'an undefined entity in the namespace',
    '<plugin-upgrade\n  xmlns="http://www.&company;.com/UpgradeXMLSchema_v1"/>',
    'xml-not-well-formed',
    '2:21',
    'undefined entity &company;, a placeholder of the documentation',
  ],
  [
    'another undefined entity',
    `${head}<migrate to-version="&nbsp;"/></plugin-upgrade>`,
    'xml-not-well-formed',
    '3:22',
    '&nbsp;',
  ],
  [
    'a lone ampersand',
    `${head}<migrate to-version="a & b"/></plugin-upgrade>`,
    'xml-not-well-formed',
    '3:24',
    '"&" stands alone',
  ],
  [
    'tags that do not match',
    `${head}<migrate to-version="2"></Migrate></plugin-upgrade>`,
    'xml-not-well-formed',
    '3:25',
    '</Migrate> stands where </migrate> is expected',
  ],
  [
    'an attribute twice',
    `${head}<migrate to-version="2" to-version="3"/></plugin-upgrade>`,
    'xml-not-well-formed',
    '3:1',
    'twice',
  ],
  [
    'an undeclared prefix',
    '<plugin-upgrade><u:migrate/></plugin-upgrade>',
    'xml-not-well-formed',
    '1:17',
    'prefix: "u" is not declared',
  ],
  [
    'two first-level elements',
    '<plugin-upgrade/>\n<plugin-upgrade/>',
    'xml-not-well-formed',
    '2:1',
    'second first-level',
  ],
  ['text behind the end', '<plugin-upgrade/>\nbye', 'xml-not-well-formed', '2:1', 'text outside'],
  [
    'a value without quotes',
    `${head}<migrate to-version=2/></plugin-upgrade>`,
    'xml-not-well-formed',
    '3:21',
    'no value in quotes',
  ],
  ['a declaration that is not first', `\n${head}</plugin-upgrade>`, 'xml-not-well-formed', '2:', 'very start'],
];

describe('an XML text that cannot be read', () => {
  it.each(faults)('[DO-9] %s is one error with its place', (_title, text, code, place, message) => {
    const error = faultOf(text);
    expect(error.code).toBe(code);
    expect(`${error.where?.line}:${error.where?.column}`).toMatch(new RegExp(`^${place}`));
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('\n');
    expect(error.hint).toBeTruthy();
  });

  it('is refused by size before it is looked at', () => {
    expect(faultOf(`<a>${' '.repeat(xmlLimits.characters)}</a>`).code).toBe('xml-not-safe');
  });

  it('is refused for its number of elements', () => {
    expect(faultOf(`<a>${'<b/>'.repeat(xmlLimits.elements)}</a>`).message).toContain('elements');
  });

  it('never ends in anything but an error of ours with a place, however a file is damaged', () => {
    const good = `${head}  <migrate to-version="2">\n    <migrate-command name="A &amp; B" old="C"/>\n  </migrate>\n</plugin-upgrade>\n`;
    const pieces = fc.constantFrom(
      '<',
      '>',
      '"',
      '&',
      '--',
      '<!--',
      ']]>',
      '<![CDATA[',
      '<?x ',
      '\ufeff',
      '/',
      '=',
      '\r',
    );
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(8), fc.oneof(pieces, fc.string()), (at, removed, inserted) => {
        const damaged = good.slice(0, at) + inserted + good.slice(at + removed);
        try {
          parseUpgradeXml(damaged, 'upgrade.xml');
        } catch (error) {
          expect(error).toBeInstanceOf(LockstepError);
          const { where, code } = error as LockstepError;
          expect(code).not.toBe('internal');
          expect(where?.file).toBe('upgrade.xml');
          expect(where?.line).toBeGreaterThanOrEqual(1);
          expect(where?.line).toBeLessThanOrEqual(damaged.split(/\r\n|\n|\r/).length);
          expect(where?.column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('places in an XML text', () => {
  const body = '<a>\n  <b one="1"\n     two="2"/>\n  <b/>\n</a>';
  const place = (text: string) => {
    const [first, second] = readXml(text, 'x.xml').children;
    const two = first?.attributes.get('two')?.at;
    return [
      `${first?.at.line}:${first?.at.column}`,
      `${two?.line}:${two?.column}`,
      `${second?.at.line}:${second?.at.column}`,
    ];
  };

  it('are those of the elements and attributes', () => {
    expect(place(body)).toEqual(['2:3', '3:6', '4:3']);
  });

  it('are the same with CRLF and with a byte order mark', () => {
    expect(place(body.replace(/\n/g, '\r\n'))).toEqual(['2:3', '3:6', '4:3']);
    expect(place(`\ufeff${body}`)).toEqual(['2:3', '3:6', '4:3']);
    const at = readXml(`\ufeff<?xml version="1.0"?><a/>`, 'x.xml').at;
    expect(at.column).toBe(22);
  });

  it('have spans that cut the very element out of the text', () => {
    const text = '<a>\n<p:b xmlns:p="x" k=\'1 > 0\'>t<c/></p:b ><d/></a>';
    const [b, d] = readXml(text, 'x.xml').children;
    expect(text.slice(b!.span.start, b!.span.end)).toBe('<p:b xmlns:p="x" k=\'1 > 0\'>t<c/></p:b >');
    expect(text.slice(b!.span.contentStart, b!.span.contentEnd)).toBe('t<c/>');
    expect(text.slice(d!.span.start, d!.span.end)).toBe('<d/>');
  });
});

describe('bytes of an XML file', () => {
  it('are decoded by mark or declaration, and refused where they do not fit', () => {
    const utf16 = Buffer.from('\ufeff<a b="é"/>', 'utf16le');
    expect(readXml(decodeXml(utf16, 'x'), 'x').attributes.get('b')?.value).toBe('é');
    const latin = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a b="é"/>', 'latin1');
    expect(readXml(decodeXml(latin, 'x'), 'x').attributes.get('b')?.value).toBe('é');
    expect(() => decodeXml(Buffer.from('<a b="é"/>', 'latin1'), 'x.xml')).toThrow('no utf-8 text');
    expect(() => decodeXml(Buffer.from('<?xml version="1.0" encoding="klingon"?><a/>'), 'x.xml')).toThrow('no klingon');
  });
});
