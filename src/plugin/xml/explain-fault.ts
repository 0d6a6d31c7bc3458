export interface FaultFound {
  readonly text: string;
  /** The parser's own words. */
  readonly message: string;
  /** Behind the character at which the parser stopped. */
  readonly position: number;
  /** Names of the elements that are open there, outermost first. */
  readonly open: readonly string[];
}

export interface FaultExplained {
  readonly message: string;
  readonly hint: string;
  readonly offset: number;
  /** Index into `open` when the fault is that this element has no end. */
  readonly openElement: number | null;
}

/** Says a parser's fault in one sentence for a person who did not write the parser, and where to look. */
export function explainFault({ text, message, position, open }: FaultFound): FaultExplained {
  const stopped = Math.max(0, Math.min(position, text.length) - 1);
  const at = (offset: number, said: string, hint: string): FaultExplained => ({
    message: said,
    hint,
    offset: Math.max(0, offset),
    openElement: null,
  });
  const innermost = open.at(-1);

  const ampersand = /^(unclosed tag|unexpected end|undefined entity|disallowed character in entity)/.test(message)
    ? loneAmpersand(text)
    : null;
  if (ampersand !== null) return at(ampersand, 'A "&" stands alone here.', 'Write &amp; for a plain "&".');

  if (/^unclosed tag/.test(message) || (message === 'unexpected end.' && innermost !== undefined)) {
    return {
      message: `The file ends inside <${innermost}>: it looks cut off, or </${innermost}> is missing.`,
      hint: 'Restore the rest of the file, or add the missing end tag.',
      offset: text.length,
      openElement: open.length - 1,
    };
  }
  if (message === 'unexpected end.' || /must contain a root/.test(message))
    return at(text.length, 'The file ends before its first element.', 'Restore the rest of the file.');
  if (message === 'malformed comment.') {
    return at(
      text.lastIndexOf('<!--', stopped),
      'This comment holds "--" (perhaps a comment inside a comment), which XML forbids.',
      'End the comment before, or write the inner dashes in another way.',
    );
  }
  if (message === 'undefined entity.' || message === 'disallowed character in entity name.') {
    const start = text.lastIndexOf('&', stopped);
    const entity = text.slice(start, stopped + 1);
    const inNamespace = /xmlns(:[\w.-]+)?\s*=\s*["'][^"'<]*$/.test(text.slice(Math.max(0, start - 300), start));
    return inNamespace
      ? at(
          start,
          `The namespace holds the undefined entity ${entity}, a placeholder of the documentation.`,
          'Write http://www.urbancode.com/PluginXMLSchema_v1 (plugin.xml) or http://www.urbancode.com/UpgradeXMLSchema_v1 (upgrade.xml).',
        )
      : at(start, `The entity ${entity} is not defined.`, 'Write the character itself, or &amp; for a plain "&".');
  }
  if (message === 'malformed character entity.' || message === 'empty entity name.')
    return at(text.lastIndexOf('&', stopped), 'A "&" stands alone here.', 'Write &amp; for a plain "&".');
  if (/^(unexpected close tag|unmatched closing tag)/.test(message)) {
    const start = text.lastIndexOf('</', stopped);
    const found = text.slice(start).match(/^<\/[^>\s]*/)?.[0] ?? '</';
    const said =
      innermost === undefined
        ? `${found}> ends an element that was never opened.`
        : `${found}> stands where </${innermost}> is expected.`;
    return at(start, said, 'Make the start and end tags match; names are case-sensitive.');
  }
  if (/^(no whitespace between attributes|disallowed character in attribute name)/.test(message)) {
    const doubled = doubledQuote(text, stopped);
    return doubled === null
      ? at(
          stopped,
          `An attribute cannot start with ${shown(text, stopped)}.`,
          'Write name="value", with a blank before.',
        )
      : at(doubled, 'A quote is doubled here.', 'Delete one of the two quotes, or write &quot; inside a value.');
  }
  if (/^(unquoted attribute value|attribute without value)/.test(message))
    return at(stopped, 'An attribute has no value in quotes.', 'Write name="value".');
  if (/^duplicate attribute/.test(message))
    return at(
      text.lastIndexOf('<', stopped),
      `<${innermost}> has an attribute twice (${message.replace(/^duplicate attribute: |\.$/g, '').replace(/^\{[^}]*\}/, '')}).`,
      'Delete one of the two.',
    );
  if (/^unbound namespace prefix/.test(message))
    return at(
      text.lastIndexOf('<', stopped),
      `The ${message.replace('unbound ', '').replace(/\.$/, '')} is not declared.`,
      'Declare it on the first element, such as xmlns:server="http://www.urbancode.com/PluginServerXMLSchema_v1".',
    );
  if (message === 'disallowed character in tag name')
    return at(
      stopped - 1,
      `"<" is followed by ${shown(text, stopped)}, which no element name starts with.`,
      'Write &lt; for a plain "<".',
    );
  if (message === 'disallowed character.' && text[stopped] === '<')
    return at(
      stopped,
      `A "<" stands inside an attribute's value: a quote before it is missing.`,
      'Close the quote, or write &lt;.',
    );
  if (message === 'text data outside of root node.') {
    const start = text.lastIndexOf('>', stopped) + 1;
    const blank = text.slice(start).match(/^\s*/)?.[0].length ?? 0;
    return at(start + blank, 'There is text outside of the first element.', 'Delete it, or move it inside.');
  }
  if (message === 'documents may contain only one root.')
    return at(text.lastIndexOf('<', stopped), 'A second first-level element starts here.', 'Keep one.');
  if (/XML declaration (must be|must appear)|must be at the start/.test(message))
    return at(
      text.lastIndexOf('<', stopped),
      'The XML declaration does not stand at the very start.',
      'Move it there.',
    );
  return at(stopped, `This is not well-formed XML: ${message.replace(/\.$/, '')}.`, 'Correct the text at this place.');
}

/** The first "&" that starts no reference; the parser looks for its ";" to the end of the file. One that is cut off does not count. */
function loneAmpersand(text: string): number | null {
  const asides = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|&(?!(?:#\d+|#x[\da-f]+|[\w:.-]+);)/gi;
  const found = text.matchAll(asides).find(([match]) => match === '&');
  return found && !/^&[\w#]*$/.test(text.slice(found.index)) ? found.index : null;
}

/** Where `""` stands at or shortly before the fault, with no blank between: the usual slip of a doubled quote. */
function doubledQuote(text: string, stopped: number): number | null {
  for (const offset of [stopped, stopped - 1]) {
    const quote = text[offset];
    if ((quote === '"' || quote === "'") && text[offset - 1] === quote) return offset;
  }
  // `name=""Deploy"`: the value is empty and a name follows at once
  return /["']["']$/.test(text.slice(stopped - 2, stopped)) ? stopped - 1 : null;
}

function shown(text: string, offset: number): string {
  return offset < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(offset)!)) : 'the end of the file';
}
