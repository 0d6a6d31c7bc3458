import type { Problem } from '../../failure/index.ts';
import type { XmlElement } from '../xml/element.ts';
import { lifecycleNamespaces, pluginNamespaces, upgradeNamespaces } from '../xml/namespaces.ts';
import { readXml } from '../xml/read-xml.ts';
import { schemaTexts } from './schema-texts.ts';

type SchemaName = 'plugin' | 'upgrade' | 'lifecycle';

const namespaces = { plugin: pluginNamespaces, upgrade: upgradeNamespaces, lifecycle: lifecycleNamespaces };

/**
 * Validates a `plugin.xml`, `upgrade.xml` or `lifecycle.xml` against the schemas of this project (schemas/*.xsd) with libxml2.
 * Each finding has the place of its element. Throws like the parsers where the text is not well-formed;
 * libxml2 is loaded at the first call and never opens a file or a connection.
 */
export async function validateXml(schema: SchemaName, text: string, file: string): Promise<Problem[]> {
  // refuses a DOCTYPE before libxml2 sees the text
  const root = readXml(text, file);
  const findings = await libxmlFindings(schema, withFullNamespace(text, root, schema));
  return findings.map(({ message, line }) => ({
    code: 'xml-not-valid',
    severity: 'error',
    message: plainWords(message),
    hint: `Compare with schemas/${schema}.xsd.`,
    where: elementAt(root, text, line, message)?.at ?? { file, line, column: 1 },
  }));
}

interface Finding {
  readonly message: string;
  readonly line: number;
}

async function libxmlFindings(schema: SchemaName, text: string): Promise<Finding[]> {
  const libxml = await import('libxml2-wasm');
  const validator = await loadValidator(schema);
  const options = libxml.ParseOption.XML_PARSE_NONET | libxml.ParseOption.XML_PARSE_NO_XXE;
  try {
    // libxml2 is stricter than our reader in small things, such as a namespace that is no address
    const document = libxml.XmlDocument.fromBuffer(new TextEncoder().encode(text), { option: options });
    try {
      validator.validate(document);
      return [];
    } finally {
      document.dispose();
    }
  } catch (error) {
    if (error instanceof libxml.XmlLibError) return error.details.map(({ message, line }) => ({ message, line }));
    throw error;
  }
}

const validators = new Map<SchemaName, Promise<import('libxml2-wasm').XsdValidator>>();

function loadValidator(schema: SchemaName): Promise<import('libxml2-wasm').XsdValidator> {
  const loaded = validators.get(schema) ?? buildValidator(schema);
  validators.set(schema, loaded);
  return loaded;
}

async function buildValidator(schema: SchemaName): Promise<import('libxml2-wasm').XsdValidator> {
  const libxml = await import('libxml2-wasm');
  const bytes = (name: keyof typeof schemaTexts) => new TextEncoder().encode(schemaTexts[name]);
  // plugin.xsd imports plugin-server.xsd; it is found in memory, and nothing else is
  libxml.xmlRegisterInputProvider(
    new libxml.XmlBufferInputProvider({ 'plugin-server.xsd': bytes('plugin-server.xsd') }),
  );
  try {
    const document = libxml.XmlDocument.fromBuffer(bytes(`${schema}.xsd`), { url: `${schema}.xsd` });
    try {
      return libxml.XsdValidator.fromDoc(document);
    } finally {
      document.dispose();
    }
  } finally {
    libxml.xmlCleanupInputProvider();
  }
}

/** Real files write the namespace bare or leave it out; the same lines with the full one are what is validated. */
function withFullNamespace(text: string, root: XmlElement, schema: SchemaName): string {
  const { full, bare } = namespaces[schema];
  const withoutMark = (changed: string): string => changed.replace(/^\ufeff/, '').replace(declaredEncoding, '$1$3');
  if (root.namespace !== '' && root.namespace !== bare) return withoutMark(text);
  const { start, contentStart } = root.span;
  const tag = text.slice(start, contentStart);
  const declared = /(\sxmlns\s*=\s*)(?:"[^"]*"|'[^']*')/;
  const fixed = declared.test(tag)
    ? tag.replace(declared, `$1"${full}"`)
    : tag.replace(/^<[^\s/>]+/, `$& xmlns="${full}"`);
  return withoutMark(text.slice(0, start) + fixed + text.slice(contentStart));
}

/** The text is already decoded; libxml2 must not decode it a second time. */
const declaredEncoding = /^(<\?xml[^>]*?)(\s+encoding\s*=\s*(?:"[^"]*"|'[^']*'))([^>]*\?>)/;

/** libxml2 names the line in which the start tag ends; the element in question is the last to end there that the message names. */
function elementAt(root: XmlElement, text: string, line: number, message: string): XmlElement | undefined {
  const name = message.match(/^Element '(?:\{[^}]*\})?([^']+)'/)?.[1];
  let found: XmlElement | undefined;
  let reached = 1;
  let offset = 0;
  visit(root, (element) => {
    reached += countLines(text.slice(offset, element.span.contentStart));
    offset = element.span.contentStart;
    if (reached === line && (name === undefined || element.name === name)) found ??= element;
  });
  return found;
}

function visit(element: XmlElement, seen: (element: XmlElement) => void): void {
  seen(element);
  for (const child of element.children) visit(child, seen);
}

function countLines(text: string): number {
  return text.match(/\n/g)?.length ?? 0;
}

/** libxml2's sentence without namespaces and lists of types. */
function plainWords(message: string): string {
  return message
    .trim()
    .replace(/\{(?:http:\/\/www\.urbancode\.com\/|urn:lockstep:)[^}]*\}/g, '')
    .replace(/##other\{[^}]*\}\*?/g, 'elements of another namespace')
    .replace(/\s+/g, ' ');
}
