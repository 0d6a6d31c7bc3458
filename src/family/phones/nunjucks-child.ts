import { text } from 'node:stream/consumers';

/**
 * Renders templates with nunjucks, in a process that may read nothing but this file, write nothing and start nothing.
 *
 * Request on stdin: `{ engine: the source of nunjucks, plugins: [{ id, templates: { path: text }, jobs: [{ name, context }] }] }`;
 * answer on stdout: for each plugin a line of JSON with its views, then one for each job.
 */
interface Engine {
  readonly parser: { parse(source: string): Node };
  readonly nodes: Record<string, NodeClass>;
  readonly Environment: new (
    loader: unknown,
    options: object,
  ) => {
    render(name: string, context: object): string;
    addFilter(name: string, filter: (value: unknown, otherwise?: unknown) => unknown): void;
  };
  readonly Loader: { extend(methods: object): new () => unknown };
  installJinjaCompat(): void;
}

interface Node {
  readonly lineno: number;
  readonly value?: unknown;
  readonly template?: Node;
  readonly target?: Node;
  readonly val?: Node;
  readonly name?: Node | string;
  readonly names?: { readonly children: readonly Node[] };
  readonly targets?: readonly Node[];
  readonly children?: readonly Node[];
  readonly args?: { readonly children: readonly Node[] };
  readonly left?: Node;
  readonly right?: Node;
  readonly key?: Node;
  readonly ignoreMissing?: boolean;
  findAll(kind: NodeClass): Node[];
}

type NodeClass = new () => unknown;

interface Asked {
  readonly id: string;
  readonly templates: Readonly<Record<string, string>>;
  readonly jobs: readonly { readonly name: string; readonly context: object }[];
}

const { engine, plugins } = JSON.parse(await text(process.stdin)) as { engine: string; plugins: readonly Asked[] };
const module = { exports: {} };
// the source comes from whoever started this process, who has it from its own installation
new Function('module', 'exports', engine)(module, module.exports);
const nunjucks = module.exports as Engine;
nunjucks.installJinjaCompat();
for (const { id, templates, jobs } of plugins) {
  const views = Object.entries(templates).map(([path, source]) => look(path, source));
  process.stdout.write(`${JSON.stringify({ id, views })}\n`);
  const find = (name: string): string | undefined =>
    [`var/templates/${name}`, `templates/${name}`].find((path) => templates[path] !== undefined);
  const Templates = nunjucks.Loader.extend({
    getSource: (name: string) => {
      const path = find(name);
      // as Jinja2 does, without the last line break
      return path === undefined ? null : { src: templates[path]!.replace(/\r?\n$/, ''), path, noCache: false };
    },
  });
  const environment = new nunjucks.Environment(new Templates(), { autoescape: false });
  // as Jinja2 writes it
  for (const name of ['e', 'escape', 'forceescape']) environment.addFilter(name, escaped);
  environment.addFilter('int', whole);
  for (const { name, context } of jobs) {
    try {
      process.stdout.write(`${JSON.stringify({ id, text: environment.render(name, context) })}\n`);
    } catch (error) {
      process.stdout.write(`${JSON.stringify({ id, ...faultOf(error, find(name) ?? name) })}\n`);
    }
  }
}

function escaped(value: unknown): string {
  const codes: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&#34;',
    "'": '&#39;',
  };
  return value === null || value === undefined ? '' : String(value).replace(/[&<>"']/g, (letter) => codes[letter]!);
}

function whole(value: unknown, otherwise: unknown = 0): unknown {
  const number = typeof value === 'boolean' ? Number(value) : Number.parseInt(String(value), 10);
  return Number.isNaN(number) ? otherwise : number;
}

function faultOf(error: unknown, path: string): { message: string; path: string; line: number } {
  const said = String((error as Error).message);
  const [, named, line = '1'] = /\(([^()]+)\)(?: \[Line (\d+), Column \d+\])?/.exec(said) ?? [];
  const message = said
    .split('\n')
    .at(-1)!
    .trim()
    .replace(/^(?:Template render error: |Error: )+/, '');
  return { message, path: named && templatesHave(named) ? named : path, line: Number(line) };
}

function templatesHave(path: string): boolean {
  return plugins.some(({ templates }) => templates[path] !== undefined);
}

function look(path: string, source: string) {
  const nothing = { path, fault: null, needs: [], names: [], keys: [], sets: [], tested: [] };
  let tree: Node;
  try {
    tree = nunjucks.parser.parse(source);
  } catch (error) {
    const { message, lineno } = error as Error & { lineno?: number };
    const line = lineno ?? Number(/\[Line (\d+)/.exec(message)?.[1] ?? 1);
    return { ...nothing, fault: { message: message.split('\n').at(-1)!.trim(), line } };
  }
  const all = (...kinds: string[]): Node[] => kinds.flatMap((kind) => tree.findAll(nunjucks.nodes[kind]!));
  const isText = (node: Node | undefined): node is Node & { readonly value: string } => typeof node?.value === 'string';
  const needs = all('Extends', 'Include', 'Import', 'FromImport').flatMap(({ template, lineno, ignoreMissing }) =>
    isText(template) && !ignoreMissing ? [{ any: [String(template.value)], line: lineno + 1 }] : [],
  );
  const sets = new Set<string>();
  const add = (node: Node | string | undefined): void => {
    if (typeof node === 'string') sets.add(node);
    else if (node?.children) for (const child of node.children) add(child);
    else if (isText(node)) sets.add(String(node.value));
  };
  // names of other things stand as symbols too
  for (const { name } of all('Block', 'Filter')) add(name);
  for (const { right } of all('Is')) add(right);
  for (const { key } of all('Pair')) add(key);
  for (const { targets = [] } of all('Set')) for (const target of targets) add(target);
  for (const { name } of all('For', 'AsyncEach', 'AsyncAll', 'Macro', 'Caller')) add(name);
  for (const { args } of all('Macro', 'Caller')) for (const one of args?.children ?? []) add(one);
  for (const { target } of all('Import')) add(target);
  for (const { names } of all('FromImport')) for (const one of names?.children ?? []) add(one);
  const isDefault = ({ name }: Node): boolean =>
    typeof name === 'object' && ['default', 'd'].includes(String(name.value));
  const tested = [
    ...all('Is').map(({ left }) => left),
    ...all('Filter')
      .filter(isDefault)
      .map(({ args }) => args?.children[0]),
  ].flatMap((asked) => [asked, asked?.val].filter(isText).map(({ value }) => value));
  return {
    ...nothing,
    needs,
    names: all('Symbol').map(({ value, lineno }) => ({ name: String(value), line: lineno + 1 })),
    keys: all('LookupVal').flatMap(({ val, lineno }) =>
      isText(val) ? [{ name: String(val.value), line: lineno + 1 }] : [],
    ),
    sets: [...sets],
    tested,
  };
}
