import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testFolder } from './journey/folder.ts';
import { projectRoot } from './journey/lockstep.ts';
import { program } from './journey/program.ts';

/*
 * A page's fences marked `console` are one story: the lines after `$ ` run in order, in one shell, in a folder that holds
 * `examples/`, with `lockstep` on the PATH and `ada` as the user. Lines that begin with `> ` go on with the
 * command. `# exits with N` behind a command expects that exit code. The lines below a command are what it
 * prints: each must be printed, in this order; `…` stands for anything, so that a line of it leaves lines out. Times,
 * tokens and widths of columns are not compared. Ports 8080 and 8081 stand for free ports. What ends with
 * `> FILE.log 2>&1 &` is waited for until it says that it works, and ended with the story.
 * `console not-run: REASON` is left out with its reason. SHOW_STORY=1 prints everything that was printed.
 */

interface Step {
  readonly command: string;
  readonly shown: readonly string[];
}

async function readStory(page: string): Promise<{ readonly steps: readonly Step[]; readonly left: readonly string[] }> {
  const text = await readFile(join(projectRoot, page), 'utf8');
  const steps: Step[] = [];
  const left: string[] = [];
  for (const [, label = '', body = ''] of text.matchAll(/^```console([^\n]*)\n([\s\S]*?)^```/gm)) {
    const found = stepsIn(body);
    if (label.trim() === '') steps.push(...found);
    else left.push(...found.map(({ command }) => `${command} (${label.trim()})`));
  }
  return { steps, left };
}

function stepsIn(body: string): Step[] {
  const steps: { command: string; shown: string[] }[] = [];
  for (const line of body.split('\n')) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), shown: [] });
    else if (last?.shown.length === 0 && line.startsWith('> ')) last.command += `\n${line.slice(2)}`;
    else if (line.trim() !== '') last?.shown.push(line);
  }
  return steps;
}

const marker = '=== command ';

function shellScript(steps: readonly Step[]): string {
  const lines = steps.map(({ command }, index) => {
    const [, line = command, code = '0'] = /^(.*?)\s+# exits with (\d+)$/s.exec(command) ?? [];
    const announced = `printf '\\n%s\\n' '${marker}${index}'`;
    if (line.endsWith('&')) return `${announced}\n${line}\nready ${/> (\S+\.log)/.exec(line)?.[1] ?? 'server.log'}`;
    return `${announced}\nset +e\n${line}\ncode=$?\nset -e\nif [ $code -ne ${code} ]; then echo "ended with $code, not ${code}"; exit 1; fi`;
  });
  return `set -e
exec 2>&1
trap 'for job in $(jobs -p); do kill $job; done; wait' EXIT
ready() { for _ in $(seq 600); do if grep -qE "listens at http://| works for |Serving " "$1" 2>/dev/null; then sleep 0.1; return 0; fi; sleep 0.1; done; cat "$1"; return 1; }
${lines.join('\n')}
`;
}

/** The first line that was not printed as shown, or null. */
function firstMissing({ steps, output }: { steps: readonly Step[]; output: string }): string | null {
  const printed = output.split(new RegExp(`^${marker}\\d+\\n`, 'm')).slice(1);
  for (const [index, { command, shown }] of steps.entries()) {
    const lines = (printed[index] ?? '').split('\n').map(plain);
    let from = 0;
    for (const line of shown) {
      if (plain(line) === '…') continue;
      const wanted = new RegExp(`^${plain(line).split('…').map(literally).join('.*')}$`);
      const at = lines.findIndex((candidate, place) => place >= from && wanted.test(candidate));
      if (at === -1) return `$ ${command}\ndoes not print (there)\n${line}\nbut\n${lines.join('\n')}`;
      from = at + 1;
    }
  }
  return null;
}

function plain(line: string): string {
  return line
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?Z?)?( (UTC|[+-]\d\d:\d\d))?/g, 'TIME')
    .replace(/lockstep_[\w-]{40,}/g, 'lockstep_…')
    .replace(/\s+/g, ' ')
    .trim();
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

async function tell(steps: readonly Step[]): Promise<{ code: number | null; output: string }> {
  const folder = await testFolder({
    'bin/lockstep': `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`,
  });
  await chmod(join(folder, 'bin/lockstep'), 0o755);
  await symlink(join(projectRoot, 'examples'), join(folder, 'examples'));
  let script = shellScript(steps);
  const ports = new Map<string, string>();
  for (const port of ['8080', '8081']) ports.set(port, String(await freePort()));
  for (const [written, real] of ports)
    script = script.replaceAll(`:${written}`, `:${real}`).replaceAll(` ${written}`, ` ${real}`);
  const child = spawn('bash', ['-c', script], {
    cwd: folder,
    detached: true,
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      HOME: folder,
      LOCKSTEP_USER: 'ada',
      NO_COLOR: '1',
    },
  });
  onTestFinished(() => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // the story has ended by itself
    }
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  output = output.replaceAll(`${folder}/`, '');
  for (const [written, real] of ports) output = output.replaceAll(`:${real}`, `:${written}`);
  return { code, output };
}

async function pages(): Promise<string[]> {
  const inDocs = await readdir(join(projectRoot, 'docs'), { recursive: true });
  return [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...inDocs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ];
}

const stories = await Promise.all((await pages()).map(async (page) => ({ page, ...(await readStory(page)) })));

describe('every command that a page shows works as written, and prints what the page shows', () => {
  it.each(stories.filter(({ steps }) => steps.length > 0))(
    '$page',
    async ({ steps }) => {
      const { code, output } = await tell(steps);
      if (process.env['SHOW_STORY']) process.stdout.write(output);
      expect(code, output).toBe(0);
      expect(firstMissing({ steps, output })).toBeNull();
    },
    300_000,
  );

  it('what is shown and not run says why', () => {
    for (const { page, left } of stories) {
      for (const line of left) expect(line, page).toMatch(/\(not-run: .+\)$/);
    }
  });
});

describe('the pages lead to what exists', () => {
  it('every link leads to a file, and to a heading in it', async () => {
    const broken: string[] = [];
    for (const page of await pages()) {
      const text = withoutFences(await readFile(join(projectRoot, page), 'utf8'));
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        if (!existsSync(join(projectRoot, file))) broken.push(`${page}: ${target}`);
        else if (anchor !== undefined && !(await anchorsOf(file)).includes(anchor)) broken.push(`${page}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it.each([
    ['ARCHITECTURE.md', 40],
    ['CONTRIBUTING.md', 23],
  ])('every source file that %s names exists', async (page, atLeast) => {
    const text = await readFile(join(projectRoot, page), 'utf8');
    const folders = ['src', 'web/src', 'scripts', 'test', 'examples', 'schemas'];
    const found = await Promise.all(folders.map((folder) => readdir(join(projectRoot, folder), { recursive: true })));
    const files = found.flatMap((names, index) => names.map((name) => `/${folders[index]}/${name}`));
    const named = [...text.matchAll(/`([\w./-]+\.(?:tsx?|py|xsd))`/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThanOrEqual(atLeast);
    expect(named.filter((name) => !files.some((file) => file.endsWith(`/${name}`)))).toEqual([]);
  });

  it('ARCHITECTURE.md describes each folder of src once, and no other', async () => {
    const text = await readFile(join(projectRoot, 'ARCHITECTURE.md'), 'utf8');
    const described = [...text.matchAll(/^\*\*`src\/([a-z]+)`\*\* —/gm)].map(([, name = '']) => name).sort();
    expect(described).toEqual((await readdir(join(projectRoot, 'src'))).sort());
  });

  it('the index of docs/ leads to every page', async () => {
    const index = await readFile(join(projectRoot, 'docs/README.md'), 'utf8');
    const missing = (await pages())
      .filter((page) => page.startsWith('docs/') && !page.startsWith('docs/adr/') && page !== 'docs/README.md')
      .filter((page) => !index.includes(`](${page.slice('docs/'.length)})`));
    expect(missing).toEqual([]);
  });
});

function withoutFences(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}

/** Headings as GitHub names them. */
async function anchorsOf(file: string): Promise<string[]> {
  const text = withoutFences(await readFile(join(projectRoot, file), 'utf8'));
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
