import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { LockstepError } from '../../failure/index.ts';
import { withoutNetwork } from '../../python/index.ts';
import { isBeyondNunjucks } from './beyond-nunjucks.ts';
import type { PhonePlugin } from './phone-plugin.ts';
import type { Fault, TemplateView } from './play-telephones.ts';

export interface Rendering {
  readonly name: string;
  readonly context: Readonly<Record<string, unknown>>;
}

export type Rendered = { readonly text: string } | Fault;

export interface NunjucksAnswer {
  readonly views: readonly TemplateView[];
  readonly rendered: readonly Rendered[];
}

/** The templates of a plugin, by path. */
export function templatesOf({ files }: PhonePlugin): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...files].flatMap(([path, text]) => (path.endsWith('.tpl') && text !== null ? [[path, text]] : [])),
  );
}

/** Renders templates where no Jinja2 does, in a process that may only read its own code. */
export async function renderWithNunjucks(
  asked: readonly { readonly plugin: PhonePlugin; readonly renderings: readonly Rendering[] }[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, NunjucksAnswer>> {
  const engine = readFileSync(createRequire(import.meta.url).resolve('nunjucks/browser/nunjucks.min.js'), 'utf8');
  const child = fileURLToPath(new URL('./nunjucks-child.ts', import.meta.url));
  const plugins = asked.map(({ plugin, renderings }) => ({
    id: plugin.id,
    templates: templatesOf(plugin),
    jobs: renderings,
  }));
  const seconds = 20 + asked.reduce((sum, { renderings }) => sum + renderings.length, 0) / 20;
  const words = ['--permission', `--allow-fs-read=${child}`, '--max-old-space-size=1024', '--no-warnings', child];
  const answers = new Map<string, { views: readonly TemplateView[]; rendered: Rendered[] }>();
  await converse(
    withoutNetwork(process.execPath, words),
    JSON.stringify({ engine, plugins }),
    { seconds, signal },
    (line) => {
      const { id, views, ...rendered } = JSON.parse(line) as { id: string; views?: TemplateView[] } & Rendered;
      if (views) answers.set(id, { views: views.map(judged), rendered: [] });
      else answers.get(id)?.rendered.push('text' in rendered ? rendered : { ...rendered, kind: kindOf(rendered) });
    },
  );
  for (const { plugin, renderings } of asked) {
    const answer = answers.get(plugin.id) ?? { views: [], rendered: [] };
    answers.set(plugin.id, answer);
    while (answer.rendered.length < renderings.length) {
      const path = `templates/${renderings[answer.rendered.length]!.name}`;
      answer.rendered.push({ kind: 'time', message: `did not end within ${seconds} s`, path, line: 1 });
    }
  }
  return answers;
}

function kindOf({ message }: { readonly message: string }): Fault['kind'] {
  return isBeyondNunjucks(message) ? 'unchecked' : 'template';
}

function judged(view: TemplateView): TemplateView {
  return view.fault && isBeyondNunjucks(view.fault.message)
    ? { ...view, fault: { ...view.fault, unchecked: true } }
    : view;
}

function converse(
  { program, words }: { readonly program: string; readonly words: readonly string[] },
  question: string,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal | undefined },
  onLine: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      env: { PATH: process.env['PATH'] },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    let rest = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) onLine(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
    child.stdin.on('error', () => undefined);
    child.on('error', (cause) => reject(signal?.aborted ? signal.reason : cause));
    child.on('close', (status, killedBy) => {
      clearTimeout(timer);
      if (status === 0 || killedBy === 'SIGKILL') resolve();
      else
        reject(
          new LockstepError(
            'internal',
            `The renderer of templates ended with ${status ?? killedBy}: ${said.trim().split('\n').at(-1)}`,
          ),
        );
    });
    child.stdin.end(question);
  });
}
