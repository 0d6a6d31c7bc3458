import { UseKeys } from '../../src/catalogue/process/use-keys.ts';
import { formatDocument, type ProcessDocument } from '../../src/process/index.ts';
import { applyToDocument, compileUpgrade, planProcess } from '../../src/upgrade/index.ts';
import { fleetPlugin, fleetVersion } from '../fleet.ts';
import type { Database } from './database.ts';
import { chunkSize } from './server.ts';
import type { World } from './world.ts';

interface VersionRow {
  readonly process_id: number;
  readonly version: number;
  readonly document: string;
  readonly reason: string;
  readonly plan_id: number | null;
}

const upgrade = compileUpgrade({
  plugin: { id: fleetPlugin.id, names: [fleetPlugin.name] },
  definitions: new Map([1, 3].map((version) => [version, fleetVersion(version as 1 | 3).definition])),
  upgradeFile: fleetVersion(3).upgradeFile,
  to: 3,
});

/** What must hold of processes and their versions at every instant, whoever died when. */
export class ProcessLaws {
  readonly #world: World;
  readonly #database: Database;
  readonly #texts = new Map<string, string>();
  #resting: { readonly plan: string; readonly most: number } | null = null;
  readonly #saved: { readonly id: number; readonly version: number; readonly word: string }[] = [];

  constructor(world: World, database: Database) {
    this.#world = world;
    this.#database = database;
  }

  /** An editor was told that the word is in this version. */
  saved(id: number, version: number, word: string): void {
    this.#saved.push({ id, version, word });
    const text = this.#texts.get(`${id}@${version}`);
    if (text === undefined || !wordsOf(text).includes(word))
      this.#world.fail(`${word} was saved as version ${version} of process ${id}, which does not have it`);
  }

  /** Somebody was told that the plan rests: each server may end the chunk at hand, and nothing more. */
  rests(plan: string, workers: number): void {
    this.#resting = { plan, most: this.upgraded(plan) + workers * chunkSize };
  }

  /** How many processes a plan has changed so far. */
  upgraded(plan: string): number {
    return this.#database.rows("select 1 from process_version where plan_id = ? and reason = 'upgraded'", Number(plan))
      .length;
  }

  look(): void {
    this.#lookAtRest();
    const { n } = this.#database.rows<{ n: number }>('select count(*) as n from process_version')[0]!;
    if (n === this.#texts.size) return;
    const rows = this.#database.rows<VersionRow>(
      'select process_id, version, document, reason, plan_id from process_version order by process_id, version',
    );
    for (const row of rows) {
      const key = `${row.process_id}@${row.version}`;
      const known = this.#texts.get(key);
      if (known !== undefined && known !== row.document)
        this.#world.fail(`version ${key} has another text than before`);
      if (known !== undefined) continue;
      this.#texts.set(key, row.document);
      this.#lookAt(row);
    }
    this.#lookAtPointers();
    this.#lookAtRest();
  }

  #lookAtRest(): void {
    if (!this.#resting) return;
    const { plan, most } = this.#resting;
    const [row] = this.#database.rows<{ state: string }>('select state from plan where id = ?', Number(plan));
    if (row?.state !== 'paused') this.#resting = null;
    else if (this.upgraded(plan) > most) this.#world.fail(`plan ${plan} rests, and more is done than was at hand`);
  }

  #lookAt({ process_id, version, document, reason, plan_id }: VersionRow): void {
    const what = `process ${process_id} version ${version} (${reason})`;
    const used = versionsIn(document);
    if (used.size !== 1) this.#world.fail(`${what} is neither wholly old nor wholly new: ${[...used]}`);
    if (version === 1) return;
    const before = this.#texts.get(`${process_id}@${version - 1}`);
    if (before === undefined) {
      this.#world.fail(`${what} follows nothing`);
      return;
    }
    const missing = wordsOf(before).find((word) => !wordsOf(document).includes(word));
    if (missing) this.#world.fail(`${what} has lost the edit ${missing}`);
    if (reason === 'upgraded' && document !== upgradedText(process_id, version - 1, before))
      this.#world.fail(`${what} is not what the rules make of the version before it`);
    if ((reason === 'undone' || reason === 'merged') && [...used][0] !== 1)
      this.#world.fail(`${what} is not old again`);
    if (reason === 'undone') {
      const [base] = this.#database.rows<{ document: string }>(
        `select document from process_version v join plan_process p on v.process_id = p.process_id and v.version = p.base_version
         where p.plan_id = ? and p.process_id = ?`,
        plan_id!,
        process_id,
      );
      if (wordsOf(document).length === wordsOf(base!.document).length && document !== base!.document)
        this.#world.fail(`${what} is not what the plan found`);
    }
    if (reason !== 'upgraded') return;
    const times = this.#database.rows(
      "select 1 from process_version where process_id = ? and plan_id = ? and reason = 'upgraded'",
      process_id,
      plan_id!,
    ).length;
    if (times > 1) this.#world.fail(`process ${process_id} was upgraded ${times} times by plan ${plan_id}`);
  }

  /** A process stands at its last version, and a plan's row says what was done. */
  #lookAtPointers(): void {
    const astray = this.#database.rows<{ id: number }>(
      `select id from process where version <> (select max(version) from process_version where process_id = process.id)`,
    );
    if (astray.length > 0) this.#world.fail(`process ${astray[0]!.id} does not stand at its last version`);
    const wrong = this.#database.rows<{ process_id: number; state: string }>(
      `select process_id, state from plan_process p where
         (state = 'applied') <> exists (select 1 from process_version v where v.process_id = p.process_id
           and v.plan_id = p.plan_id and v.reason = 'upgraded' and v.version = p.result_version)
         and state in ('applied', 'pending')`,
    );
    if (wrong.length > 0)
      this.#world.fail(`the plan says that process ${wrong[0]!.process_id} is ${wrong[0]!.state}, its versions do not`);
  }

  /** Somebody was just told that a plan is applied, or undone. */
  seeDone(plan: string, state: 'applied' | 'undone'): void {
    const [row] = this.#database.rows<{ state: string; active_version: string }>(
      'select state, active_version from plan join plugin on plugin.id = plan.plugin_id where plan.id = ?',
      Number(plan),
    );
    if (row?.state !== state) this.#world.fail(`plan ${plan} was answered as ${state} and is ${row?.state}`);
    if (row?.active_version !== (state === 'applied' ? '3' : '1'))
      this.#world.fail(`plan ${plan} is ${state}, and version ${row?.active_version} of the plugin is active`);
    const left = this.#database.rows<{ process_id: number }>(
      "select process_id from plan_process where plan_id = ? and state not in ('skipped', ?)",
      Number(plan),
      state,
    );
    if (left.length > 0) this.#world.fail(`plan ${plan} is ${state}, and process ${left[0]!.process_id} is not`);
  }

  lookAtEnd(): void {
    for (const { id, word } of this.#saved) {
      const [row] = this.#database.rows<{ document: string }>(
        'select document from process join process_version v on v.process_id = id and v.version = process.version where id = ?',
        id,
      );
      if (!wordsOf(row!.document).includes(word)) this.#world.fail(`the edit ${word} of process ${id} is gone`);
    }
    this.#lookAtIndex();
  }

  /** The where-used index says what the documents say. */
  #lookAtIndex(): void {
    const keys = new UseKeys();
    const counted = new Map<string, number>();
    for (const { id, document } of this.#database.rows<{ id: number; document: string }>(
      'select id, document from process join process_version v on v.process_id = id and v.version = process.version',
    ))
      for (const [{ step, version }, count] of keys.count(JSON.parse(document) as ProcessDocument))
        counted.set(`${id} ${step.pluginName} ${step.stepType} ${version}`, count);
    const indexed = this.#database.rows<Record<string, string | number>>(
      'select process_id, plugin_name, step_type, version, count from process_use join use_key on use_key.id = key_id',
    );
    const differs = indexed.find(
      (row) =>
        counted.get(`${row['process_id']} ${row['plugin_name']} ${row['step_type']} ${row['version']}`) !==
        row['count'],
    );
    if (differs || indexed.length !== counted.size)
      this.#world.fail(`the where-used index does not say what process ${differs?.['process_id'] ?? '?'} uses`);
  }
}

function upgradedText(id: number, version: number, text: string): string {
  const document = JSON.parse(text) as ProcessDocument;
  const source = { id: String(id), name: document.name, kind: 'generic' as const, owner: null, version, document };
  const planned = planProcess(upgrade, source);
  return planned ? formatDocument(applyToDocument(upgrade, planned, document, {}).document) : text;
}

function versionsIn(text: string): ReadonlySet<number> {
  const { rootActivity } = JSON.parse(text) as ProcessDocument;
  const uses = (rootActivity.children ?? []).filter((child) => child['pluginName'] === fleetPlugin.name);
  return new Set(uses.map((use) => Number(use['pluginVersion'])));
}

function wordsOf(text: string): string[] {
  return (JSON.parse(text) as ProcessDocument).description?.match(/word-\d+-\d+/g) ?? [];
}
