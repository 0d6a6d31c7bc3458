import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { testFolder } from './journey/folder.ts';
import { outcomeOf, projectRoot, startLockstep } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';

const { run: lockstep, succeed } = oneProcess();

const shell = join(projectRoot, 'examples/step-plugins/shell/3');
const script = (text: string, ...more: string[]) => [
  ...['plugin', 'try', 'Run Script', '--plugin', shell, '--set', `script=${text}`, '--set', 'onError=stop'],
  ...more,
];

describe('a new plugin', () => {
  it('works as it is written: lint, one step, its tests, its pipeline’s commands, and it can be installed', async () => {
    const cwd = await testFolder();
    const { stdout } = await succeed(['plugin', 'new', 'my greetings', '--name', 'Say "Hi" & <bye>'], { cwd });
    expect(stdout).toContain('wrote my greetings/plugin/plugin.xml');
    const folder = join(cwd, 'my greetings');
    expect((await succeed(['plugin', 'lint', 'plugin'], { cwd: folder })).stdout).toBe('No findings.\n');
    const tried = await succeed(['plugin', 'try', 'Greet', '--plugin', 'plugin', '--set', 'who=Ada', '--json'], {
      cwd: folder,
    });
    expect(tried.json()).toMatchObject({ outcome: 'success', outputs: { greeted: 'Ada' }, log: 'Hello Ada\n' });
    await promisify(execFile)(process.execPath, ['--test'], { cwd: folder, env: { PATH: process.env['PATH'] } });
    const installed = await succeed(['plugin', 'install', 'plugin'], { cwd: folder });
    expect(installed.stdout).toContain('Say "Hi" & <bye> 1 (org.example.my-greetings) is installed.');
    for (const file of ['.github/workflows/plugin.yaml', '.gitlab-ci.yml'])
      expect(parse(await readFile(join(folder, file), 'utf8'))).toBeTypeOf('object');
  });

  it('of the kind of families builds and is published', async () => {
    const cwd = await testFolder();
    await succeed(['plugin', 'new', 'desk-phones', '--family'], { cwd });
    const folder = join(cwd, 'desk-phones');
    expect((await succeed(['upload', '--why', 'first'], { cwd: folder })).stdout).toContain('1 plugin changed');
    expect(await readdir(folder)).toEqual(
      expect.arrayContaining(['.gitignore', '.github', '.gitlab-ci.yml', 'Makefile']),
    );
  });

  it('touches nothing that is there', async () => {
    const cwd = await testFolder({ 'mine/notes.txt': 'mine' });
    expect(await lockstep(['plugin', 'new', 'mine'], { cwd })).toMatchObject({ code: 2 });
    expect(await readdir(join(cwd, 'mine'))).toEqual(['notes.txt']);
  });
});

describe('a step that is tried', () => {
  it('says what it prints and puts out, keeps what it leaves, and ends with 1 when it fails', async () => {
    const cwd = await testFolder();
    const good = await succeed(script('echo "in $PWD"; echo report > $LOCKSTEP_ARTIFACTS/r.txt', '--keep', 'kept'), {
      cwd,
    });
    expect(good.stdout).toBe('exitCode = 0\nStatus = Success\nleft r.txt\nIt succeeded.\n');
    expect(good.stderr).toBe(`in ${cwd}/kept/work\n`);
    expect(await readdir(join(cwd, 'kept'))).toEqual(expect.arrayContaining(['artefacts', 'step.log', 'work']));
    const bad = await lockstep(script('echo no; exit 7'), { cwd });
    expect(bad).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('It failed: The command ended with exit code 7'),
    });
    expect(await readdir(cwd)).toEqual(['kept']);
  });

  it('masks its secure values and sees only what an agent would let it see', async () => {
    const plugin = await testFolder({
      'plugin.xml': `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header>
        <identifier id="org.example.s" name="S" version="1"/><description/><tag/></header>
        <step-type name="S"><description/><properties>
          <property name="pw" required="true"><property-ui type="secureBox" label="Password"/></property>
          <property name="home"><property-ui type="textBox" label="Home" default-value="\${agent:SHOP}"/></property>
        </properties><command program="node"><arg file="s.mjs"/></command></step-type></plugin>`,
      's.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
        const text = readFileSync(process.env.PLUGIN_INPUT_PROPS, 'latin1');
        console.log(text, process.env.TOP_SECRET, process.env.LOCKSTEP_TOKEN, process.env.SEEN_ONE);
        writeFileSync(process.env.PLUGIN_OUTPUT_PROPS, text);`,
    });
    const words = [
      'plugin',
      'try',
      'S',
      '--set',
      'pw=hush-hush-hush',
      '--property',
      'SHOP=/shop',
      '--environment',
      'SEEN_*',
    ];
    const env = { TOP_SECRET: 'a', LOCKSTEP_TOKEN: 'b', SEEN_ONE: 'c' };
    const { stdout, stderr } = await succeed(words, { cwd: plugin, env });
    expect(stdout + stderr).not.toContain('hush');
    expect(stdout).toContain('home = /shop');
    expect(stderr).toMatch(/ undefined undefined c$/m);
  });

  it('names what is missing, misspelled or no choice', async () => {
    const shown = async (...words: string[]) => {
      const { code, stderr } = await lockstep(['plugin', 'try', ...words, '--plugin', shell]);
      return `${code} ${stderr}`;
    };
    expect(await shown('Run')).toMatch(/^2 usage: Shell Command has no step "Run".\n.*"Run Script"/);
    expect(await shown('Run Script')).toMatch(/^5 run-needs-answers: .*script \(Script\), onError/);
    expect(await shown('Run Script', '--set', 'scrpt=x')).toMatch(/^2 usage: The step has no property "scrpt"/);
    expect(await shown('Run Script', '--set', 'script=x', '--set', 'onError=so')).toMatch(
      /^2 usage: "so" is no choice/,
    );
  });

  it('is told to stop when its author stops waiting, and may say something about it', async () => {
    const child = startLockstep(script('trap "echo putting things away; exit 0" TERM; echo ready; sleep 600 & wait'));
    child.stderr?.on('data', (piece: Buffer) => void (String(piece).includes('ready') && child.kill('SIGINT')));
    const { code, stdout, stderr } = await outcomeOf(child);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: 'It failed: The step was cancelled.\n',
      stderr: 'ready\nputting things away\nThe step was cancelled.\n',
    });
  });
});
