import type { Ports } from '../../ports/index.ts';
import type { Scripts } from '../script/scripts.ts';
import type { Assignment, StepResult } from '../step/assignment.ts';
import type { LogLimits } from '../step/step-log.ts';
import type { AgentPort } from './agent-port.ts';
import type { Workbench } from './workbench.ts';

export interface AgentOptions {
  readonly port: AgentPort;
  /** How the server calls it; else after its machine and its folder's number, with `prefix` before it. */
  readonly name?: string | undefined;
  readonly prefix?: string;
  readonly labels?: readonly string[];
  /** For `${agent:X}`, `${GROOVY_HOME}` and the like. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly slots?: number;
  /** The agent's folder: plugins, working folders, logs on their way. */
  readonly home: string;
  readonly scripts: Scripts;
  /** What it was started with; steps see the allowed part of it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Further names of variables that steps may see; `*` stands for any letters. */
  readonly allow?: readonly string[];
  readonly graceMilliseconds?: number;
  readonly logLimits?: LogLimits;
  /** Where the plugin with a digest lies on this machine already; without it plugins are fetched and unpacked. */
  readonly pluginFolder?: (digest: string) => Promise<string | null>;
  /** Unpacks a plugin into a folder, or rejects when its content is not the digest's. */
  readonly unpack?: (bytes: Uint8Array, digest: string, folder: string) => Promise<void>;
  /** The final place of a step's log where the agent shares the server's disk; else logs are sent. */
  readonly logFile?: (assignment: Assignment) => string;
  readonly ports?: Pick<Ports, 'clock' | 'random'>;
  /** What executes its steps; else the machine does. */
  readonly workbench?: Workbench;
  readonly onEvent?: (event: AgentEvent) => void;
}

export type AgentEvent =
  | { readonly type: 'registered'; readonly name: string }
  | { readonly type: 'draining' | 'stopped' }
  | { readonly type: 'step-started' | 'step-ended'; readonly assignment: Assignment; readonly result?: StepResult }
  | { readonly type: 'trouble'; readonly message: string };
