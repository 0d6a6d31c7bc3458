import fc from 'fast-check';
import { Document, isMap, isScalar, visit } from 'yaml';

/** A file of a tree, in one of the layouts that people and servers write. */
export interface SampleFile {
  readonly name: string;
  readonly text: string;
  /** A use of the plugin below the target stands in it. */
  readonly used: boolean;
}

type Properties = Record<string, string>;
interface SampleUse {
  readonly properties: Properties;
  readonly version: number;
}

/** None every other time: a step may have no value at all. */
const often = { freq: 2 };

const properties: fc.Arbitrary<Properties> = fc
  .tuple(
    fc.option(
      fc.constantFrom(
        'h',
        '${p:phone}',
        'a: b',
        '007',
        '- x',
        '# no',
        '1.50',
        'e\u0301 \u00e9',
        'crypt_v1{c2VjcmV0}',
        '~',
        ' x ',
      ),
      often,
    ),
    fc.option(fc.constantFrom('10', '', '99'), often),
    fc.option(fc.constantFrom('n', 'two\nlines\n', 'no', '"', "it's", '\\ \t'), often),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([host, size, note, first, last]) => ({
    ...(first && { kept: 'yes' }),
    ...(host !== null && { host }),
    ...(size !== null && { size }),
    ...(note !== null && { note }),
    ...(last && { also: 'x' }),
  }));

const use = fc.record({ properties, version: fc.constantFrom(1, 1, 1, 2) });

/** Names as people give them. */
const stepName = (index: number): string => ['step 0', 'Schritt é/2', 'a.b "c"'][index]!;

/** Numbers that JSON's own reader would change; their place is held by a text until all is written. */
const numbers: Readonly<Record<string, string>> = {
  NUMBER1: '12345678901234567890',
  NUMBER2: '1.50',
  NUMBER3: '-0.0e3',
};
const withNumbers = (text: string): string => text.replace(/["']?(NUMBER\d)["']?/g, (_, one: string) => numbers[one]!);

function processOf(name: string, uses: readonly SampleUse[], plugin: string, more: object): object {
  const children = uses.map((one, index) => ({
    type: 'plugin',
    name: stepName(index),
    pluginName: plugin,
    pluginVersion: one.version,
    commandName: one.version === 1 ? 'Pack' : 'Pack Box',
    properties: one.properties,
    children: [],
  }));
  const edges = uses.map((_, index) => ({
    to: stepName(index),
    ...(index > 0 && { from: stepName(index - 1) }),
    type: 'ALWAYS',
  }));
  return {
    name,
    ...more,
    description: 'Box Tools and more',
    rootActivity: { type: 'graph', name: 'g', edges, children },
  };
}

const value = fc
  .record({
    uses: fc.array(use, { maxLength: 3 }),
    plugin: fc.constantFrom('Box Tools', 'Box Tools', 'Other Tools'),
    shape: fc.constantFrom('bare', 'list', 'component', 'application', 'none'),
    name: fc.constantFrom('P', 'Ünï/code "1"', 'A\u030a', 'yes'),
    more: fc.constantFrom(
      {},
      { draft: true },
      { draft: 'false', 'odd: key': [] },
      { count: 'NUMBER1', list: ['NUMBER2', {}, 'NUMBER3'] },
    ),
  })
  .map(({ uses, plugin, shape, name, more }) => {
    const process = processOf(name, uses, plugin, more);
    const template = { name: 'T', processes: [process] };
    const whole =
      shape === 'bare'
        ? process
        : shape === 'list'
          ? [process]
          : shape === 'component'
            ? { name: 'C', entityType: 'Component', processes: [process] }
            : shape === 'application'
              ? { name: 'A', components: ['one', 'two'].map((name) => ({ name, componentTemplate: template })) }
              : { name: 'Box Tools', pluginVersion: 1 };
    return { whole, used: shape !== 'none' && plugin === 'Box Tools' && uses.some(({ version }) => version === 1) };
  });

const marks = fc.record({ crlf: fc.boolean(), mark: fc.boolean(), finalNewline: fc.boolean() });

/** JSON in every layout: minified, indented by blanks or tabs, blanks around colons, slashes escaped. */
const jsonFile = fc
  .tuple(
    value,
    fc.constantFrom(undefined, 1, 2, 3, 4, '\t', ' \t'),
    fc.boolean(),
    fc.constantFrom('":', '" : ', '":\t'),
  )
  .map(([{ whole, used }, indent, slashes, colon]) => {
    const lines = withNumbers(JSON.stringify(whole, null, indent));
    const text = indent === undefined ? lines : lines.replace(/^(\s*"[^"\\]*)":/gm, `$1${colon}`);
    return { used, text: slashes ? text.replaceAll('/', '\\/') : text, ext: 'json' };
  });

/** YAML in every layout: styles of quotes, indentation, comments above and behind, anchors of texts and of whole maps. */
const yamlFile = fc
  .tuple(
    value,
    fc.record({ indent: fc.constantFrom(2, 4), indentSeq: fc.boolean() }),
    fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const),
    fc.record({ comments: fc.boolean(), anchors: fc.boolean(), flow: fc.boolean() }),
  )
  .map(([{ whole, used }, layout, quotes, { comments, anchors, flow }]) => {
    // equal values of one object become one anchor and its aliases
    const document = new Document(JSON.parse(JSON.stringify(whole)), { aliasDuplicateObjects: false });
    if (comments) {
      visit(document, {
        Pair: (_, pair) => {
          if (!isScalar(pair.key) || !isScalar(pair.value)) return;
          if (pair.key.value === 'commandName') pair.key.commentBefore = ' what it does';
          if (pair.key.value === 'host' || pair.key.value === 'pluginVersion') pair.value.comment = ' as agreed';
        },
      });
    }
    if (anchors) shareEqualMaps(document);
    if (flow) {
      visit(document, {
        Map: (_, node) => {
          if (node.items.length < 3) node.flow = true;
        },
      });
    }
    const text = document.toString({
      ...layout,
      defaultStringType: quotes,
      defaultKeyType: 'PLAIN',
      lineWidth: 0,
      compat: 'yaml-1.1',
    } as never);
    return { used, text: withNumbers(text).trimEnd(), ext: 'yaml' };
  });

/** The properties of later steps that equal earlier ones become aliases of them. */
function shareEqualMaps(document: Document): void {
  const seen = new Map<string, string>();
  visit(document, {
    Pair: (_, pair) => {
      if (!isScalar(pair.key) || pair.key.value !== 'properties' || !isMap(pair.value)) return;
      const key = JSON.stringify(pair.value.toJS(document));
      const name = seen.get(key);
      if (name === undefined) {
        seen.set(key, `shared${seen.size}`);
        pair.value.anchor = `shared${seen.size - 1}`;
      } else {
        pair.value = document.createAlias(findAnchored(document, name), name) as never;
      }
    },
  });
}

function findAnchored(document: Document, name: string): never {
  let found: unknown;
  visit(document, {
    Map: (_, node) => {
      if (node.anchor !== name) return undefined;
      found = node;
      return visit.BREAK;
    },
  });
  return found as never;
}

const written = fc
  .tuple(fc.oneof(jsonFile, yamlFile), marks)
  .map(([{ text, used, ext }, { crlf, mark, finalNewline }]) => {
    const whole = `${mark ? '\ufeff' : ''}${text}${finalNewline ? '\n' : ''}`;
    return { ext, used, text: crlf ? whole.replaceAll('\n', '\r\n') : whole };
  });

/** One file, in a layout of its own. */
export const exportFile: fc.Arbitrary<SampleFile> = written.map(({ ext, ...file }) => ({
  name: `one.${ext}`,
  ...file,
}));

/** A tree of some files, each in a layout of its own. */
export const treesOfExports: fc.Arbitrary<readonly SampleFile[]> = fc
  .array(written, { minLength: 1, maxLength: 4 })
  .map((files) => files.map(({ ext, ...file }, index) => ({ name: `${index}.${ext}`, ...file })));
