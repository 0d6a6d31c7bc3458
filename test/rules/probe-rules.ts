import { type Plugin, parseSync } from 'vite';

/** A place in a file from which one sees that the code of a rule runs. */
export interface RuleProbe {
  readonly rule: string;
  readonly offset: number;
  readonly text: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly body?: unknown;
  readonly expression?: unknown;
}

/** The rules that a text cites, such as `[PROP-2]`. */
export function rulesIn(text: string): string[] {
  return Array.from(text.matchAll(/\[((?:SCOPE|CHAIN|SUCC|STEP|PROP|ASK|DO)-\d+)\]/g), ([, rule]) => rule as string);
}

/**
 * Where code that cites rules in its comments has to be watched: at the statement that follows the comment, at the begin
 * of the function that it describes, or at the statement around it. Comments on types and constants give none.
 */
export function ruleProbes(file: string, source: string): RuleProbe[] {
  if (rulesIn(source).length === 0) return [];
  const { program, comments } = parseSync(file, source);
  const nodes = nodesOf(program as unknown as Node);
  return comments.flatMap(({ start, end, value }) => {
    const rules = rulesIn(value);
    if (rules.length === 0) return [];
    const place = placeAfter(source, end, nodes) ?? placeAround(start, nodes);
    if (!place) return [];
    return rules.flatMap((rule): RuleProbe[] => {
      const call = `globalThis.ruleRan?.(${JSON.stringify(rule)})`;
      return 'statement' in place
        ? [{ rule, offset: place.statement, text: `${call};` }]
        : [
            { rule, offset: place.expression.start, text: `(${call}, (` },
            { rule, offset: place.expression.end, text: '))' },
          ];
    });
  });
}

type ProbePlace = { readonly statement: number } | { readonly expression: Node };

const functions = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

function nodesOf(root: Node): readonly (Node & { readonly inBlock: boolean })[] {
  const found: (Node & { inBlock: boolean })[] = [];
  const visit = (value: unknown, inBlock: boolean): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, inBlock);
    else if (typeof value === 'object' && value !== null) {
      const node = value as Node;
      if (typeof node.type === 'string') found.push({ ...node, inBlock });
      for (const [key, child] of Object.entries(node)) {
        visit(child, key === 'body' && node.type === 'BlockStatement');
      }
    }
  };
  visit(root, false);
  return found;
}

function placeAfter(source: string, end: number, nodes: ReturnType<typeof nodesOf>): ProbePlace | null {
  const next = nodes.filter((node) => node.start >= end && isTrivia(source.slice(end, node.start)));
  const statement = next.find(({ inBlock }) => inBlock);
  if (statement) return { statement: statement.start };
  const described = next[0];
  if (!described) return null;
  // the first function within what the comment describes begins on its first line
  const line = source.indexOf('\n', described.start);
  const first = nodes.find(
    (node) =>
      functions.includes(node.type) && node.start >= described.start && node.start < line && node.end <= described.end,
  );
  return first ? bodyOf(first) : null;
}

function placeAround(start: number, nodes: ReturnType<typeof nodesOf>): ProbePlace | null {
  const around = nodes.filter((node) => node.start < start && start < node.end);
  const innermost = around.findLast(
    ({ type, inBlock, body }) =>
      inBlock || (type === 'ArrowFunctionExpression' && (body as Node).type !== 'BlockStatement'),
  );
  if (!innermost) return null;
  return innermost.inBlock ? { statement: innermost.start } : bodyOf(innermost);
}

function bodyOf({ body }: Node): ProbePlace {
  const within = body as Node;
  return within.type === 'BlockStatement' ? { statement: within.start + 1 } : { expression: within };
}

function isTrivia(text: string): boolean {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '').trim() === '';
}

/** Lets the code that cites a rule tell when it runs; lines stay what they are. */
export function probeRules(root: string): Plugin {
  return {
    name: 'probe-rules',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(`${root}/src/`) || !id.endsWith('.ts') || id.endsWith('.test.ts')) return null;
      const probes = ruleProbes(id, code).toSorted((a, b) => b.offset - a.offset);
      if (probes.length === 0) return null;
      return {
        code: probes.reduce((text, probe) => text.slice(0, probe.offset) + probe.text + text.slice(probe.offset), code),
        map: null,
      };
    },
  };
}
