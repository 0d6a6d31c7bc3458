import type { Client } from '../api/client.ts';
import { type FollowOptions, follow } from '../api/follow.ts';
import type { Operation } from '../api/operations.ts';
import type { CommandInput } from './command.ts';

/** What a command is given to work with, wherever it works. */
export interface Workplace {
  readonly client: Client;
  /** Long work of a folder ends with the command; that of a server goes on without it. */
  readonly isServer: boolean;
  /** Where steps are done in this process: the one under way is finished before it ends. */
  leave(): void;
  /** Shows how far long work is and answers its result; its failure is thrown. */
  follow(operation: Operation): Promise<unknown>;
}

export interface LocalAgent {
  readonly properties: Readonly<Record<string, string>>;
  readonly environment: readonly string[];
}

/** Opens the place where the command works, and closes it in any case. `agent`: in a folder, steps are executed here. */
export async function withClient<T>(
  input: CommandInput,
  work: (place: Workplace) => Promise<T>,
  agent?: LocalAgent,
): Promise<T> {
  const { where, access, user, env, cwd, terminal, signal } = input;
  let drain = false;
  const leave = (): void => {
    drain = true;
  };
  const workplace = (client: Client, isServer: boolean): Workplace => {
    const options: FollowOptions = {
      onProgress: (label, done, total) => terminal.progress(label, done, total),
      onAbort: isServer ? 'leave' : 'cancel',
      signal,
    };
    return { client, isServer, leave, follow: (operation) => follow(client, operation, options) };
  };
  if (where.kind === 'server') {
    const { httpClient } = await import('../api/http-client.ts');
    return work(workplace(httpClient({ server: where.url, token: where.token }), true));
  }
  const { openLocal } = await import('../service/index-local.ts');
  const local = await openLocal({ ...where, access, user, env, cwd, agent });
  try {
    return await work(workplace(local.client, false));
  } finally {
    await local.close({ drain });
  }
}
