import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parsePluginXml, parseUpgradeXml } from '../plugin/index.ts';
import { listUses, type ProcessDocument, parseDocument } from '../process/index.ts';
import { openStore } from '../store/index.ts';
import { type Answers, describePlan, groupQuestions, lintPlugin } from '../upgrade/index.ts';
import {
  applyPlan,
  type Catalogue,
  createPlan,
  diffVersions,
  getPlan,
  importProcesses,
  listProcesses,
  openCatalogue,
  pluginUsage,
  saveProcess,
  showProcess,
  undoPlan,
} from './index.ts';
import { registerPlugin } from './testing/register-plugin.ts';

const cases = fileURLToPath(new URL('../../../shared/corpus/cases', import.meta.url));
const absent = existsSync(cases) ? '' : ' (skipped: the corpus is not here)';

const read = (path: string) => readFileSync(`${cases}/${path}`, 'utf8');
const definitionOf = (folder: string) => parsePluginXml(read(`${folder}/plugin.xml`), 'plugin.xml').definition;
const upgradeOf = (folder: string) =>
  existsSync(`${cases}/${folder}/upgrade.xml`)
    ? parseUpgradeXml(read(`${folder}/upgrade.xml`), 'upgrade.xml').upgradeFile
    : null;

/** Versions but the last, then the processes, then the last, as the corpus says that its cases are read. */
async function opened(name: string, processes = `${name}/p`, versions = [`${name}/1`, `${name}/2`]): Promise<Case> {
  const catalogue = openCatalogue(await openStore(':memory:'), { user: 'ada' });
  const install = async (folder: string) => {
    const definition = definitionOf(folder);
    await registerPlugin(catalogue, { definition, upgradeFile: upgradeOf(folder), digest: folder });
    return definition.id;
  };
  for (const folder of versions.slice(0, -1)) await install(folder);
  const files = processes.endsWith('.json')
    ? [processes]
    : readdirSync(`${cases}/${processes}`).map((file) => `${processes}/${file}`);
  for (const file of files) await importProcesses(catalogue, { text: read(file), file });
  return new Case(catalogue, await install(versions.at(-1)!));
}

class Case {
  readonly catalogue: Catalogue;
  readonly plugin: string;

  constructor(catalogue: Catalogue, plugin: string) {
    this.catalogue = catalogue;
    this.plugin = plugin;
  }

  async plan() {
    return getPlan(this.catalogue, (await createPlan(this.catalogue, { plugin: this.plugin })).id);
  }

  async applied(answers: Answers = {}) {
    const plan = await this.plan();
    await applyPlan(this.catalogue, plan.id, { answers });
    return plan;
  }

  /** Of every use of a process, in order. */
  async uses(process: string) {
    return usesIn((await showProcess(this.catalogue, process)).document);
  }

  async edit(process: string, file: string) {
    const { id, version } = await showProcess(this.catalogue, process);
    const document = parseDocument(read(file));
    await saveProcess(this.catalogue, { id, expectedVersion: version, document });
  }
}

function usesIn(document: ProcessDocument) {
  return listUses(document).map(({ activity, pluginVersion, stepType, properties }) => ({
    is: `${activity}: ${stepType} ${pluginVersion}`,
    ...{ properties: { ...properties } },
  }));
}

const one = (is: string, properties: Record<string, unknown>) => [{ is, properties }];

describe.skipIf(absent !== '')(`cases made from public reports${absent}`, () => {
  it('R01: a value that was emptied on purpose is its owner’s own, one that was never filled is not [PROP-2]', async () => {
    const it = await opened('R01-emptied-on-purpose');
    const newer = parseDocument(read('R01-emptied-on-purpose/p/ws.json').replace('"Space"', '"Newer"'));
    Object.assign(newer.rootActivity.children![0]!, { pluginVersion: 9 });
    await importProcesses(it.catalogue, { text: JSON.stringify(newer), file: 'newer.json' });
    // one of its processes is newer, not older
    expect(await pluginUsage(it.catalogue, it.plugin)).toMatchObject({ processCount: 5, below: 4 });
    const plan = await it.applied();
    const is = 'A: Deploy 2';
    expect(await it.uses('Emptied on purpose')).toEqual(one(is, { retries: '', host: 'x', note: '' }));
    expect(await it.uses('Never filled')).toEqual(one(is, { host: 'x', retries: '5', note: 'bye' }));
    expect(await it.uses('Default stands')).toEqual(one(is, { retries: '5', host: 'x', note: 'bye' }));
    expect(await it.uses('Space')).toEqual(one(is, { retries: ' 3', host: 'x', note: ' ' }));
    const kept = plan.processes
      .filter(({ uses }) => uses[0]!.properties.some(({ kind }) => kind === 'kept'))
      .map(({ process }) => process.name);
    expect(kept.sort()).toEqual(['Emptied on purpose', 'Space']);
  });

  it('R02: where two names become one, what goes is counted and warned about, and lint finds it before [PROP-1]', async () => {
    const it = await opened('R02-two-names-onto-one');
    const plan = await it.applied();
    expect(await it.uses('Both set')).toEqual(one('A: Deploy 2', { address: 'h1', port: '80' }));
    expect(await it.uses('Only first')).toEqual(one('A: Deploy 2', { address: 'h1', port: '80' }));
    expect(await it.uses('Only second')).toEqual(one('A: Deploy 2', { address: 's1', port: '80' }));
    expect((await it.uses('Two steps')).map(({ properties }) => properties)).toEqual([{ z: '1' }, { z: '2' }]);
    expect(plan.totals).toMatchObject({ chosenDropped: 1, warnings: 1 });
    expect(describePlan(plan)).toMatch(/"server" of "A" and "host" meet in one name: "s1" goes, "h1" stays/);
    const groups = new Map(plan.processes.map(({ process, group }) => [process.name, group]));
    expect(groups.get('Both set')).not.toBe(groups.get('Only first'));
    const findings = lintPlugin({
      definition: definitionOf('R02-two-names-onto-one/2'),
      upgradeFile: upgradeOf('R02-two-names-onto-one/2'),
      previous: definitionOf('R02-two-names-onto-one/1'),
    });
    expect(findings.map(({ message }) => message).join('\n')).toMatch(/"host" and "server"|"server" and "host"/);
  });

  it('R03: what is or was secret is shown under none of its names [PROP-7]', async () => {
    const it = await opened('R03-secrets');
    const plan = await it.plan();
    expect(plan.questions.map(({ kind, property }) => `${kind} ${property}`)).toEqual([
      'secure-becomes-plain code',
      'secure-becomes-plain code',
    ]);
    const answers = Object.fromEntries(plan.questions.map(({ id }) => [id, 'keep']));
    const { id } = await it.applied(answers);
    const processes = (await listProcesses(it.catalogue)).processes;
    const shown = [JSON.stringify(plan), describePlan(plan)];
    for (const process of processes) shown.push(JSON.stringify(await diffVersions(it.catalogue, process.id)));
    await it.edit('Own secret', 'R03-secrets/p/b.json');
    shown.push(JSON.stringify(await diffVersions(it.catalogue, 'Own secret', { from: 2, to: 3 })));
    const secrets = ['old-secret-1', 'new-secret-2', 'tok-plain-77', 'own-secret-3', 'tok-plain-88', 'pin-9'];
    for (const secret of secrets) expect(shown.filter((text) => text.includes(secret))).toEqual([]);
    expect(await it.uses('Default secret')).toEqual(
      one('A: Login 2', {
        password: 'new-secret-2',
        apiToken: 'tok-plain-77',
        code: 'pin-9',
        host: 'tok-plain-77.example',
      }),
    );
    await undoPlan(it.catalogue, id);
    expect(await it.uses('Default secret')).toMatchObject([{ properties: { pin: 'pin-9', token: 'tok-plain-77' } }]);
  });

  it('R04: one answer decides one value, and a mapping all of them [ASK-1]', async () => {
    const it = await opened('R04-two-values-one-question');
    const plan = await it.plan();
    const [group] = groupQuestions(plan.questions);
    expect(group?.variants.map(({ key, count }) => [key, count])).toEqual([
      ['choice-not-offered:Order:size:XS', 1],
      ['choice-not-offered:Order:size:XXL', 1],
    ]);
    const text = describePlan(plan);
    expect(text).toContain('XS');
    expect(text).toContain('XXL');
    await expect(
      applyPlan(it.catalogue, plan.id, { answers: { 'choice-not-offered:Order:size:XS': 'S' } }),
    ).rejects.toMatchObject({ code: 'plan-has-questions' });
    await applyPlan(it.catalogue, plan.id, { answers: { [group!.mappingKey!]: { XS: 'S', XXL: 'L' } } });
    expect(await it.uses('For children')).toMatchObject([{ properties: { size: 'S' } }]);
    expect(await it.uses('For giants')).toMatchObject([{ properties: { size: 'L' } }]);
  });

  it('R06: each form of a reference that a run resolves is asked about when its activity goes [STEP-5]', async () => {
    const it = await opened('R06-references-runtime-knows');
    const plan = await it.plan();
    const lost = plan.questions.filter(({ kind }) => kind === 'lost-output').map(({ message }) => message);
    for (const reference of [
      ...[
        '${p:Start/Stop/out}',
        '${p:StartStop/out}',
        '${p:prevStep/out}',
        '${StartStop/out}',
        '${p:StartStop/exitCode}',
      ],
    ]) {
      expect(lost.filter((message) => message.includes(reference))).toHaveLength(1);
    }
    const groups = new Map(
      plan.questions.map(({ groupKey, kind }) => [groupKey, kind === 'lost-output' ? '7' : 'delete']),
    );
    await applyPlan(it.catalogue, plan.id, { answers: Object.fromEntries(groups) });
    expect(await it.uses('Slash')).toEqual(one('Say: Say 2', { t: '7' }));
    expect(await it.uses('prev')).toEqual(one('Say: Say 2', { t: '7 7 7' }));
  });

  it('R08: names that every object of JavaScript has are names like others [PROP-1]', async () => {
    const it = await opened('R08-prototype-names');
    await it.applied();
    const [first, second, third] = await it.uses('constructor');
    expect(Object.entries(first!.properties)).toEqual([
      ['__proto__', 'd2'],
      ['string', 't'],
      ['hasOwnProperty', 'own'],
    ]);
    expect(second).toEqual({ is: 'toString: __proto__ 2', properties: { valueOf: 'v', new: 'n' } });
    expect(third).toEqual({
      is: 'plain: __proto__ 2',
      properties: { valueOf: '${p:__proto__/toString} ${p:toString/out}', new: 'n' },
    });
    expect(Object.entries((await it.uses('__proto__'))[0]!.properties)).toEqual([
      ['string', 't'],
      ['__proto__', 'd2'],
    ]);
  });

  it('R09: of two plugins in one process each goes its own way, forth and back [SCOPE-2]', async () => {
    const name = 'R09-two-plugins-one-process';
    const it = await opened(name, `${name}/p.json`, [`${name}/y1`, `${name}/x1`, `${name}/x2`]);
    const { id } = await it.applied();
    expect(await it.uses('Shared')).toEqual([
      { is: 'A: Do 2', properties: { new: 'xv', n: '2' } },
      { is: 'B: Do 1', properties: { old: 'yv', n: '1' } },
    ]);
    const definition = definitionOf(`${name}/y2`);
    await registerPlugin(it.catalogue, { definition, upgradeFile: upgradeOf(`${name}/y2`), digest: 'y2' });
    await new Case(it.catalogue, definition.id).applied();
    // the first plan is taken back although the second came after it
    await undoPlan(it.catalogue, id);
    expect(await it.uses('Shared')).toEqual([
      { is: 'A: Do 1', properties: { old: 'xv', n: '1' } },
      { is: 'B: Do 2', properties: { new: 'yv', n: '2' } },
    ]);
  });

  it('R10: an edit of a renamed property goes back under its old name without a question [DO-6]', async () => {
    const name = 'R10-undo-after-edit-of-renamed';
    const it = await opened(name);
    const { id } = await it.plan();
    await it.edit('Edited', `${name}/e1.json`);
    await applyPlan(it.catalogue, id);
    await it.edit('Edited', `${name}/e2.json`);
    const undone = await undoPlan(it.catalogue, id);
    expect(undone).toMatchObject({ conflicts: [], plan: { state: 'undone' } });
    // the plan tells what it did, with the step that was added while it waited [ASK-3]
    expect(undone.plan).toMatchObject({ totals: { uses: 2, carried: 2 }, made: { uses: 1 } });
    expect(await it.uses('Edited')).toEqual([
      { is: 'A: S 1', properties: { a: 'after', t: '10' } },
      { is: 'B2: S 1', properties: { a: 'new', t: '11' } },
    ]);
  });

  it('R11: another id with the same display name is refused, and no use changes hands [SCOPE-2]', async () => {
    await expect(opened('R11-plugin-id-changed')).rejects.toMatchObject({ code: 'plugin-conflict' });
  });

  it('ask04: a likely rename is named by lint, whatever the words, in one go and hop by hop', () => {
    const name = 'ask04-likely-rename-promoted';
    const findings = lintPlugin({
      definition: definitionOf(`${name}/2`),
      upgradeFile: upgradeOf(`${name}/2`),
      previous: definitionOf(`${name}/1`),
    });
    expect(findings).toMatchObject([
      { code: expect.stringMatching(/rename/), message: expect.stringContaining('hostname') },
    ]);
  });
});
