import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import type { Random } from '../../ports/index.ts';
import type { Assignment } from '../step/assignment.ts';
import type { AgentOptions } from './agent-options.ts';
import type { Patience } from './patience.ts';

interface ShelfOptions extends Pick<AgentOptions, 'port' | 'pluginFolder' | 'unpack'> {
  readonly home: string;
  readonly random: Random;
  readonly patience: Patience;
  readonly trouble: (what: string, error: unknown) => void;
}

/** The unpacked plugins of an agent, each under its digest; what is not there is fetched once. */
export class PluginShelf {
  readonly #options: ShelfOptions;
  readonly #fetching = new Map<string, Promise<string>>();

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** Where a step's plugin lies; why it lies nowhere. */
  async find({ plugin }: Assignment): Promise<string | LockstepError> {
    const near = await this.#options.pluginFolder?.(plugin.digest);
    if (near) return near;
    try {
      return await this.#fetch(plugin.digest);
    } catch (error) {
      this.#options.trouble(`plugin ${plugin.id} ${plugin.version}`, error);
      return error instanceof LockstepError ? error : new LockstepError('plugin-not-found', String(error));
    }
  }

  #fetch(digest: string): Promise<string> {
    const folder = join(this.#options.home, 'plugins', digest.replace(/[^\w-]/g, '_'));
    if (existsSync(folder)) return Promise.resolve(folder);
    const known = this.#fetching.get(digest);
    if (known) return known;
    const job = this.#unpack(digest, folder).finally(() => this.#fetching.delete(digest));
    this.#fetching.set(digest, job);
    return job;
  }

  async #unpack(digest: string, folder: string): Promise<string> {
    const { port, patience, random, unpack } = this.#options;
    if (!unpack) throw new LockstepError('plugin-not-found', `The plugin ${digest} is not on this machine.`);
    const bytes = await patience.with('fetch', () => port.fetchPlugin(digest));
    const staged = `${folder}.${random.uuid()}`;
    await mkdir(dirname(folder), { recursive: true });
    try {
      await unpack(bytes, digest, staged);
      await rename(staged, folder);
    } finally {
      await rm(staged, { recursive: true, force: true });
    }
    return folder;
  }
}
