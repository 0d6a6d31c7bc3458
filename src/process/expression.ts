/**
 * Value expressions of step properties: `${p:name}`, `${p:scope/name}`, `${p:Activity Name/output}`, `${p?:name}`
 * (blank when missing; `&#63;` may stand for the question mark), the older `${name}`, and `${agent:X}`, `${env/X}`,
 * which only the executing machine knows. Source: the plugin author's guide of the older systems. Runs and plans read
 * texts with this one reader.
 */
export type Segment = { readonly kind: 'text'; readonly text: string } | Expression;

export interface Expression {
  readonly kind: 'property' | 'agent' | 'env';
  readonly name: string;
  /** Blank when missing. */
  readonly optional: boolean;
  /** The older `${name}`: stays as it is when nothing has that name, since shell scripts use the same marks. */
  readonly older: boolean;
  /** As written. */
  readonly source: string;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
}

const expression = /\$\{([^{}]*)\}/g;

/** Splits a text into literal pieces and references; never fails: what is no expression is text. */
export function parseExpressions(text: string): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(expression)) {
    const found = parseExpression(match[1]!, match[0], match.index);
    if (!found) continue;
    if (match.index > end) segments.push({ kind: 'text', text: text.slice(end, match.index) });
    segments.push(found);
    end = match.index + match[0].length;
  }
  if (end < text.length || segments.length === 0) segments.push({ kind: 'text', text: text.slice(end) });
  return segments;
}

function parseExpression(inner: string, source: string, offset: number): Expression | null {
  const body = inner.replace('&#63;', '?');
  const prefixed = /^(p|agent)(\??):([\s\S]+)$/.exec(body);
  if (prefixed) {
    const optional = prefixed[2] === '?';
    const name = prefixed[3]!;
    if (prefixed[1] === 'agent') return { kind: 'agent', name, optional, older: false, source, offset };
    if (name.startsWith('agent/'))
      return { kind: 'agent', name: name.slice('agent/'.length), optional, older: false, source, offset };
    return { kind: 'property', name, optional, older: false, source, offset };
  }
  if (body.startsWith('env/') && body.length > 4)
    return { kind: 'env', name: body.slice(4), optional: false, older: false, source, offset };
  if (body.trim() === '') return null;
  return { kind: 'property', name: body, optional: false, older: true, source, offset };
}

/** An output of an activity, as a name such as `Deploy/url` may mean it. */
export interface NamedOutput {
  readonly activity: string;
  readonly output: string;
}

/** What `Activity/output` may mean, in the order in which a run looks: the last slash first, since names hold slashes too. */
export function namedOutputs(name: string): NamedOutput[] {
  const meant: NamedOutput[] = [];
  for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
    meant.push({ activity: name.slice(0, slash), output: name.slice(slash + 1) });
  }
  return meant;
}

/** The scope by which an activity names the one that led to it. */
export const previousStep = 'prevStep';

/** What a switch's `propertyName` says, as an expression: a bare name may be missing. */
export function switchExpression(propertyName: string): string {
  return propertyName.includes('${') ? propertyName : `\${p?:${propertyName}}`;
}
