import type { Ports } from '../../ports/index.ts';
import type { Store, Vault } from '../../store/index.ts';
import type { Scripts } from '../script/scripts.ts';
import type { PluginSource, ProcessSource } from '../sources.ts';
import type { Heard } from './heard.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly processes: ProcessSource;
  readonly plugins: PluginSource;
  readonly vault: Vault;
  readonly scripts: Scripts;
  readonly clock: Ports['clock'];
  readonly random: Ports['random'];
  readonly now: () => Date;
  readonly heard: Heard;
  readonly leaseSeconds: number;
}
