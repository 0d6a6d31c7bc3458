import { spawnSync } from 'node:child_process';

export interface Confined {
  readonly program: string;
  readonly words: readonly string[];
  /** Whether the system itself keeps the program from any network. */
  readonly noNetwork: boolean;
}

let allowed: boolean | undefined;

/** How to start a program without any network, where the system lets everybody do that; else as it is. */
export function withoutNetwork(program: string, words: readonly string[]): Confined {
  allowed ??= process.platform === 'linux' && spawnSync('unshare', ['-rn', 'true']).status === 0;
  if (!allowed) return { program, words, noNetwork: false };
  return { program: 'unshare', words: ['-rn', '--', program, ...words], noNetwork: true };
}
