import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { pluginFindings } from '../src/cli/commands/authoring/plugin-findings.ts';
import { readDefinition } from '../src/cli/commands/authoring/read-definition.ts';
import { inOrderOfPlaces } from '../src/upgrade/index.ts';
import { Editor } from './journey/editor.ts';
import { testFolder } from './journey/folder.ts';
import { projectRoot, succeed } from './journey/lockstep.ts';
import { program } from './journey/program.ts';

const corpus = join(projectRoot, '../shared/corpus/step-plugins');
const examples = join(projectRoot, 'examples');

const shown = (uri: string, { range, code, message }: Diagnostic) =>
  `${uri}:${range.start.line + 1}:${range.start.character + 1} ${code} ${message}`;

describe('the language server', () => {
  let editor: Editor;
  beforeAll(async () => {
    editor = new Editor(process.execPath, [program, 'lsp', '--stdio']);
    await editor.start();
  });
  afterAll(async () => {
    expect(await editor.leave()).toBe(0);
  });

  it('finds what the command line finds, at the same places, while it is typed', async () => {
    const folder = await testFolder();
    for (const version of ['2', '3'])
      await cp(join(examples, 'fleet-tools', version), join(folder, version), { recursive: true });
    const file = join(folder, '3/upgrade.xml');
    const text = readFileSync(file, 'utf8');
    const uri = await editor.open(file);
    await editor.findings(uri);
    const misspelled = text.replace('name="delay"', 'name="delaye"');
    expect(misspelled).not.toBe(text);
    await editor.type(uri, misspelled, 2);
    const at = misspelled.slice(0, misspelled.indexOf('name="delaye"')).split('\n').length - 1;
    const isThere = (list: readonly Diagnostic[]) => list.some(({ range }) => range.start.line === at);
    const found = await editor.findings(uri, isThere);
    const unsaved = new Map([[file, misspelled]]);
    const previous = await readDefinition(join(folder, '2'), folder);
    const theirs = pluginFindings(await readDefinition(join(folder, '3'), folder, unsaved), previous);
    const lines = theirs
      .filter(({ where }) => where?.file === file)
      .map(({ where }) => `${where!.line}:${where!.column}`);
    expect(found.map(({ range }) => `${range.start.line + 1}:${range.start.character + 1}`).sort()).toEqual(
      lines.sort(),
    );
    await editor.type(uri, text, 3);
    await editor.findings(uri, (list) => !isThere(list));
  });

  it('[SUCC-1] finds successors that lead back and those that lie nowhere, at the line that names them', async () => {
    const folder = await testFolder();
    for (const version of ['2', '3'])
      await cp(join(examples, 'fleet-tools', version), join(folder, version), { recursive: true });
    const named = (successor: string) => `<lifecycle xmlns="urn:lockstep:lifecycle:1"\n  successor="${successor}"/>\n`;
    const other = join(folder, '2/plugin.xml');
    await writeFile(other, (await readFile(other, 'utf8')).replaceAll('org.example.fleet-tools', 'org.example.other'));
    await writeFile(join(folder, '2/lifecycle.xml'), named('org.example.fleet-tools'));
    const uri = await editor.open(join(folder, '3/lifecycle.xml'), named('org.example.nowhere'));
    const told = async (code: string) =>
      (await editor.findings(uri, (list) => list.some((one) => one.code === code))).map((one) => shown('', one));
    expect(await told('successor-unknown')).toContainEqual(
      expect.stringMatching(/^:2:\d+ successor-unknown The successor org\.example\.nowhere is not known here\./),
    );
    await editor.type(uri, named('org.example.other'), 2);
    expect(await told('successor-circle')).toContainEqual(
      expect.stringMatching(/^:2:\d+ successor-circle .*lead back/),
    );
  });

  it('offers as fixes what `plugin lint --fix` and `upgrade propose` write', async () => {
    const folder = await testFolder();
    for (const version of ['2', '3'])
      await cp(join(examples, 'fleet-tools', version), join(folder, version), { recursive: true });
    const file = join(folder, '3/upgrade.xml');
    const text = '<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">\n</plugin-upgrade>\n';
    const uri = await editor.open(file, text);
    const actions = await editor.fixes(uri, await editor.findings(uri));
    const results = actions.map(({ edit }) =>
      TextDocument.applyEdits(TextDocument.create(uri, 'xml', 1, text), edit!.changes![uri]!),
    );
    await writeFile(file, text);
    const proposed = await succeed(['upgrade', 'propose', join(folder, '2'), join(folder, '3')]);
    expect(results).toContain(proposed.stdout);
    await succeed(['plugin', 'lint', join(folder, '3'), '--previous', join(folder, '2'), '--fix'], {}).catch(() => {});
    expect(results).toContain(await readFile(file, 'utf8'));
  });

  it('makes an upgrade.xml where there is none, and offers nothing where nothing is lacking', async () => {
    const folder = await testFolder();
    for (const version of ['2', '3'])
      await cp(join(examples, 'fleet-tools', version), join(folder, version), { recursive: true });
    await rm(join(folder, '3/upgrade.xml'));
    const uri = await editor.open(join(folder, '3/plugin.xml'));
    const [action] = await editor.fixes(uri, await editor.findings(uri));
    expect(action?.edit?.documentChanges?.[0]).toMatchObject({
      kind: 'create',
      uri: expect.stringMatching(/upgrade.xml$/),
    });
    const whole = await editor.open(join(examples, 'step-plugins/http/1/plugin.xml'));
    expect(await editor.fixes(whole, await editor.findings(whole))).toEqual([]);
  });

  const plugins = existsSync(corpus) ? readdirSync(corpus) : [];

  it.skipIf(plugins.length === 0)(
    'finds in the whole corpus what the command line finds (skipped where it is absent)',
    async () => {
      let compared = 0;
      for (const plugin of plugins) {
        const versions = readdirSync(join(corpus, plugin)).filter((name) =>
          existsSync(join(corpus, plugin, name, 'plugin.xml')),
        );
        const read = await Promise.all(versions.map((name) => readDefinition(join(corpus, plugin, name), corpus)));
        for (const [index, one] of read.entries()) {
          const folder = join(corpus, plugin, versions[index]!);
          const older = read
            .filter(
              ({ definition }) =>
                definition &&
                one.definition &&
                definition.id === one.definition.id &&
                definition.version < one.definition.version,
            )
            .sort((a, b) => b.definition!.version - a.definition!.version);
          const expected = inOrderOfPlaces(pluginFindings(one, older[0] ?? null)).map(
            ({ where, code, message, hint }) =>
              `${pathToFileURL(where?.file ?? join(folder, 'plugin.xml')).href}:${where?.line ?? 1}:${where?.column ?? 1} ${code} ${hint === undefined ? message : `${message} → ${hint}`}`,
          );
          editor.forget();
          const uri = await editor.open(join(folder, 'plugin.xml'));
          await editor.findings(uri);
          // a question is answered after what was told before it
          await editor.fixes(uri, []);
          const theirs = editor.in(folder).flatMap(([at, list]) => list.map((one) => shown(at, one)));
          const outside = expected.filter((line) => !line.startsWith(`${pathToFileURL(folder).href}/`));
          expect([...theirs].sort(), folder).toEqual(expected.filter((line) => !outside.includes(line)).sort());
          compared += theirs.length;
          await editor.close(uri);
        }
      }
      expect(compared).toBeGreaterThan(50);
    },
    300_000,
  );

  it.skipIf(plugins.length === 0)(
    'offers the right name for each name of a step or property in the corpus (skipped where it is absent)',
    async () => {
      let asked = 0;
      const wrong: string[] = [];
      for (const plugin of plugins) {
        for (const version of readdirSync(join(corpus, plugin))) {
          const file = join(corpus, plugin, version, 'upgrade.xml');
          if (!existsSync(file) || !existsSync(join(corpus, plugin, version, 'plugin.xml'))) continue;
          const text = readFileSync(file, 'utf8');
          const uri = await editor.open(file, text);
          const document = TextDocument.create(uri, 'xml', 1, text);
          const found = await editor.findings(uri);
          const faulty = new Set(found.map(({ range }) => range.start.line));
          for (const tag of text.matchAll(/<migrate-(?:command|property)\b[^>]*>/g)) {
            for (const { 1: attribute, 2: value, index } of tag[0].matchAll(/\b(name|old)="([^"]+)"/g)) {
              const offset = tag.index + index + attribute!.length + 2;
              // what the linter says is wrong there is no name of the version before
              if (faulty.has(document.positionAt(offset).line)) continue;
              // a file repeats the blocks of the versions before it: each is asked about in the file of its own version
              const block = [...text.slice(0, offset).matchAll(/<migrate\s+to-version="(\d+)"/g)].at(-1)?.[1];
              if (block !== version) continue;
              const names = await editor.names(uri, document, offset);
              if (names.length === 0) continue;
              asked += 1;

              if (!names.includes(value!))
                wrong.push(`${plugin}/${version}:${document.positionAt(offset).line + 1} ${value}`);
            }
          }
          await editor.close(uri);
        }
      }
      expect(wrong).toEqual([]);
      expect(asked).toBeGreaterThan(200);
    },
    300_000,
  );
});
