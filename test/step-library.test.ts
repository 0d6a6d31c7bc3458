import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeStep, runStep, StepFailure } from '../packages/step/lockstep-step.mjs';
import { formatProperties, readProperties } from '../src/run/index.ts';
import { testFolder } from './journey/folder.ts';
import { projectRoot } from './journey/lockstep.ts';

const library = readFileSync(join(projectRoot, 'packages/step/lockstep-step.mjs'), 'utf8');

/** Runs a step on property files, as an agent does. */
async function onFiles(input: string | Buffer, work: Parameters<typeof runStep>[0]): Promise<Record<string, string>> {
  const folder = await testFolder({ 'input.properties': input, 'output.properties': '' });
  const output = join(folder, 'output.properties');
  await runStep(work, { env: { PLUGIN_INPUT_PROPS: join(folder, 'input.properties'), PLUGIN_OUTPUT_PROPS: output } });
  return readProperties(await readFile(output), 'output');
}

describe('the library of step authors', () => {
  it('reads what an agent writes and writes what an agent reads, whatever the text', async () => {
    const folder = await testFolder();
    const files = { PLUGIN_INPUT_PROPS: join(folder, 'in'), PLUGIN_OUTPUT_PROPS: join(folder, 'out') };
    const text = fc.string({ unit: 'binary', minLength: 1 }).filter((one) => one !== '__proto__');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true }), async (values) => {
        await writeFile(files.PLUGIN_INPUT_PROPS, formatProperties(values), 'latin1');
        await writeFile(files.PLUGIN_OUTPUT_PROPS, '');
        await runStep(
          (step) => {
            for (const name of Object.keys(values)) step.output(name, step.text(name));
          },
          { env: files },
        );
        expect(readProperties(await readFile(files.PLUGIN_OUTPUT_PROPS), 'out')).toEqual(values);
      }),
    );
  });

  it('reads files that people write: comments, other separators, continued lines', async () => {
    const outputs = await onFiles('# a note\n! another\na : 1\nb 2\nc=one \\\n   two\nd\n', (step) => {
      for (const name of ['a', 'b', 'c']) step.output(name, step.text(name));
      step.output('d', step.text('d', 'fallback'));
    });
    expect(outputs).toEqual({ a: '1', b: '2', c: 'one two', d: 'fallback' });
  });

  it('gives inputs their types, and fails by the name of what is missing or is none', () => {
    const { step, outputs } = fakeStep({ n: '4.5', on: 'true', list: ' a \n\n b', empty: '', word: 'x' });
    expect([step.number('n'), step.number('empty', 3), step.flag('on'), step.flag('gone')]).toEqual([
      4.5,
      3,
      true,
      false,
    ]);
    expect(step.lines('list')).toEqual(['a', 'b']);
    expect(() => step.text('empty')).toThrow(new StepFailure('"empty" is needed and empty.'));
    expect(() => step.text('toString')).toThrow(StepFailure);
    expect(() => step.number('word')).toThrow('"word" is no number: x');
    step.output('k', 7);
    expect(outputs).toEqual({ k: '7' });
  });

  it('prints no secret by mistake', () => {
    const secret = fakeStep({ pw: 'hush' }).step.secret('pw');
    expect([`${secret}`, JSON.stringify({ secret }), inspect(secret)].join()).not.toContain('hush');
    expect(secret.reveal()).toBe('hush');
  });

  it('lies unchanged in every example that uses it, and has the product’s version', () => {
    const manifest = (path: string) => JSON.parse(readFileSync(join(projectRoot, path), 'utf8')) as { version: string };
    expect(manifest('packages/step/package.json').version).toBe(manifest('package.json').version);
    expect(library).toContain(`@lockstep/step ${manifest('package.json').version}`);
    const copies = readdirSync(join(projectRoot, 'examples'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('lockstep-step.mjs'),
    );
    expect(copies.length).toBeGreaterThan(3);
    for (const copy of copies) expect(readFileSync(join(projectRoot, 'examples', copy), 'utf8'), copy).toBe(library);
  });
});
