export interface ExpressionFault {
  /** As written, cut where it is long. */
  readonly text: string;
  readonly what: string;
  readonly hint: string;
  /** A run fails at it or passes it on as text; else it may be meant for another reader, such as a shell. */
  readonly broken: boolean;
}

/**
 * What is wrong with the `${…}` of a default: one that does not close, a question mark on the wrong side, nothing in it,
 * or a scope that no run knows. Braces may stand inside each other.
 */
export function expressionFaults(text: string): ExpressionFault[] {
  const open: number[] = [];
  const faults: ExpressionFault[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith('${', at)) open.push(at);
    else if (text[at] === '}' && open.length > 0) {
      const start = open.pop()!;
      const fault = faultOf(text.slice(start, at + 1));
      if (fault) faults.push(fault);
    }
  }
  for (const start of open.filter((offset) => /^\$\{\s*[\w?]/.test(text.slice(offset))))
    faults.push({
      text: shortened(text.slice(start)),
      what: 'is not closed',
      hint: 'Write the closing brace.',
      broken: true,
    });
  return faults;
}

function faultOf(source: string): ExpressionFault | null {
  const inner = source.slice(2, -1);
  const text = shortened(source);
  const misplaced = /^(p|agent):(?:\?|&#63;)(.*)$/s.exec(inner);
  if (misplaced)
    return {
      text,
      what: 'has its question mark on the wrong side',
      hint: `Write ${shortened(`\${${misplaced[1]}?:${misplaced[2]}}`)}.`,
      broken: true,
    };
  if (/^\s*(?:(?:p|agent)\??:\s*)?$/.test(inner) || /^(?:p|agent)\??:\s*\/|^p\??:[^{}]*\/\s*$/.test(inner))
    return { text, what: 'names nothing', hint: 'Write the name of the property.', broken: true };
  // `${x:-y}` and its like are a shell's
  const scope = /^\s*([A-Za-z][\w.]*)\s*(?:\?|&#63;)?\s*:(?![-+=?])/.exec(inner)?.[1];
  if (scope === undefined || scope === 'p' || scope === 'agent') return null;
  return {
    text,
    what: `names the scope "${scope}", which no run knows, so it stays as it is`,
    hint: 'Write ${p:…}, ${p?:…} or ${agent:…}, or leave it where a script reads it.',
    broken: false,
  };
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
