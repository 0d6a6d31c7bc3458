import type { Given } from '../../api/given.ts';
import type { Operation } from '../../api/operations.ts';
import type { InstalledRelease } from '../../api/plugins.ts';
import { LockstepError } from '../../failure/index.ts';
import {
  describeUserFiles,
  type Host,
  type InstallReport,
  type OperationView,
  readPluginBytes,
  type Started,
  type SwitchPlugin,
  type UserFileReport,
} from '../../host/index.ts';
import type { AdmitOptions } from '../../plugin/index.ts';
import type { PlanOptions } from '../../upgrade/index.ts';
import type { Actor } from '../accounts/actor.ts';
import type { Ground } from '../ground.ts';
import { hideSecrets } from '../hide-secrets.ts';
import type { EventHub } from '../operations/event-hub.ts';
import type { OperationReport, Operations } from '../operations/operations.ts';
import { switchWithProcesses, type UpgradeChoice } from './switch-with-processes.ts';

/** What an ended install or upgrade tells. */
export type PluginChanged = Given<InstalledRelease>;

/** What acts on plugins stand on. */
type PluginWorkInput = Pick<Ground, 'host' | 'operations' | 'events' | 'store' | 'catalogueOf' | 'announceActivity'>;

/** The acts on plugins that all interfaces share: each answers an operation at once, which every page sees. */
export class PluginWork {
  readonly host: Host;
  readonly #operations: Operations;
  readonly #events: EventHub;
  readonly #ended: () => Promise<void>;
  readonly #switch: (choice: UpgradeChoice) => SwitchPlugin;
  #offers: { readonly of: unknown; readonly entries: ReturnType<PluginWork['offers']> } | null = null;
  #infos: { readonly of: unknown; readonly entries: ReturnType<PluginWork['installedInfos']> } | null = null;

  constructor({ host, operations, events, store, catalogueOf, announceActivity }: PluginWorkInput) {
    this.host = host;
    this.#operations = operations;
    this.#events = events;
    this.#ended = announceActivity;
    this.#switch = (choice) => switchWithProcesses(store, catalogueOf, choice);
  }

  update(actor: Actor): Operation {
    return this.#start('update', null, 'update', actor, (signal) => this.host.update({ signal }));
  }

  install(id: string, actor: Actor): Operation {
    return this.#start('install', id, 'install', actor, (signal) => this.host.install(id, { who: actor.name, signal }));
  }

  /** Makes a plan where processes would change; the operation's result names it. */
  upgrade(id: string, options: Partial<PlanOptions>, actor: Actor): Operation {
    return this.#upgrade(id, { processes: 'look', options }, actor);
  }

  /** Applies the plan at once; fails, naming the plan, where it asks something. */
  upgradeOutright(id: string, actor: Actor, options: Partial<PlanOptions> = {}): Operation {
    return this.#upgrade(id, { processes: 'outright', options }, actor, (changed) => {
      if (changed.plan === null) return;
      throw new LockstepError('plan-has-questions', `${id} is not upgraded: ${changed.why}.`, {
        hint: `Look at plan ${changed.plan}, answer and apply it.`,
        data: { plan: changed.plan },
      });
    });
  }

  /** Installs a package that is here; no process is migrated. */
  async upload(
    { name, bytes }: { name: string; bytes: Uint8Array },
    actor: Actor,
    options: AdmitOptions = {},
  ): Promise<Operation> {
    const release = await readPluginBytes(bytes, name);
    return this.#start('install', release.id, 'install', actor, () =>
      this.host.installRelease(release, { who: actor.name, ...options }),
    );
  }

  async uninstall(
    id: string,
    options: { readonly force: boolean; readonly why?: string },
    actor: Actor,
  ): Promise<Operation> {
    return this.#start('uninstall', id, 'uninstall', actor, () =>
      this.host.uninstall(id, { who: actor.name, ...options }),
    );
  }

  async reload(id: string, actor: Actor, force = false): Promise<Operation> {
    return this.#start('reload', id, 'reload', actor, () => this.host.reload(id, { who: actor.name, force }));
  }

  /** Waits for the end; a failure is thrown with its reason. */
  async finish(operation: Operation): Promise<Operation> {
    const ended = await this.#operations.wait(operation.id, 3_600_000);
    if (ended.state !== 'fail' || !ended.reason) return ended;
    const { code, message, hint } = ended.reason;
    throw new LockstepError(code as 'internal', message, hint === null ? {} : { hint });
  }

  async isInstalled(id: string): Promise<boolean> {
    return this.host.plugins.has(id) || (await this.host.installed()).some((one) => one.id === id);
  }

  /** The channel's entries as they stand. The same value until the list changes. */
  offers(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    const list = this.host.channelList;
    if (this.#offers?.of !== list)
      this.#offers = {
        of: list,
        entries: Object.fromEntries([...(list?.index ?? [])].map(([id, entry]) => [id, entry.fields])),
      };
    return this.#offers.entries;
  }

  /** plugin-info of every installed plugin; a step plugin's is made from its definition. The same value until one changes. */
  installedInfos(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    const { plugins } = this.host;
    if (this.#infos?.of !== plugins) this.#infos = { of: plugins, entries: infosOf(plugins) };
    return this.#infos.entries;
  }

  /** A package for devices that an installed plugin offers. */
  installFirmware(id: string, name: string, actor: Actor): Operation {
    return this.#start('install', id, 'install', actor, (signal) => this.host.firmware.install(id, name, signal));
  }

  uninstallFirmware(id: string, name: string, actor: Actor): Operation {
    return this.#start('uninstall', id, 'uninstall', actor, () => this.host.firmware.uninstall(id, name));
  }

  /** The settings that the old server had, under its names. */
  async provdParameters(): Promise<{ id: string; description: string; value: string | null }[]> {
    const known = ['plugin_server', 'http_proxy', 'ftp_proxy', 'https_proxy', 'locale'];
    return known.map((name) => {
      const { description, value } = this.host.settings.view(name);
      return { id: name, description, value: typeof value === 'string' ? hideSecrets(value) : null };
    });
  }

  async changeSetting(name: string, value: string | boolean | null): Promise<void> {
    await this.host.settings.set(name, value);
    this.#events.publish({ topic: 'settings' });
    this.#events.publish({ topic: 'plugins' });
  }

  #upgrade(id: string, choice: UpgradeChoice, actor: Actor, judge?: (changed: PluginChanged) => void): Operation {
    const begin = (signal: AbortSignal) =>
      this.host.upgrade(id, { who: actor.name, signal, switchPlugin: this.#switch(choice) });
    return this.#start('upgrade', id, 'upgrade', actor, begin, judge);
  }

  #start(
    kind: string,
    subject: string | null,
    label: string,
    { name: by }: Actor,
    begin: (signal: AbortSignal) => Started<unknown>,
    judge?: (changed: PluginChanged) => void,
  ): Operation {
    return this.#operations.start({ kind, subject, label, by }, async (report) => {
      const started = begin(report.signal);
      const stop = this.host.operations.watch((view) => {
        if (view.id === started.operation.id) mirror(view, report);
      });
      try {
        const result = describeResult(await started.done);
        mirror(started.operation.view(), report);
        if (isChanged(result)) judge?.(result);
        return result;
      } finally {
        stop();
        this.#events.publish({ topic: 'plugins' });
        await this.#ended();
      }
    });
  }
}

function infosOf(plugins: Host['plugins']): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const infos = [...plugins].map(([id, { release }]) => [
    id,
    release.info?.raw ?? {
      version: release.version,
      description: release.definition?.description ?? '',
      capabilities: {},
    },
  ]);
  return Object.fromEntries(infos);
}

function mirror(view: OperationView, report: OperationReport): void {
  if (view.current !== null) report.progress(view.current, view.end);
  for (const part of view.parts) report.part(part.label, part.state, part.current, part.end);
}

interface Installed extends Pick<InstallReport, 'unchanged' | 'admission'> {
  readonly release: { readonly id: string; readonly version: string };
  readonly former: string | null;
  readonly outcome: { readonly state: string; readonly plan?: string; readonly why?: string };
  readonly conflicts: readonly string[];
  readonly userFiles: UserFileReport;
}

function describeResult(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('release' in result)) return result;
  const { release, former, outcome, conflicts, userFiles, unchanged, admission } = result as Installed;
  return {
    id: release.id,
    version: release.version,
    former,
    outcome: unchanged ? 'unchanged' : (admission?.outcome ?? 'installed'),
    active: outcome.state === 'switched',
    notes: admission?.notes ?? [],
    plan: outcome.plan ?? null,
    why: outcome.why ?? null,
    conflicts: conflicts.length,
    userFiles: describeUserFiles(userFiles),
  } satisfies PluginChanged;
}

function isChanged(result: unknown): result is PluginChanged {
  return typeof result === 'object' && result !== null && 'plan' in result;
}
