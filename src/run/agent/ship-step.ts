import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { LockstepError } from '../../failure/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { AgentPort, HeldStep } from './agent-port.ts';
import type { Patience } from './patience.ts';

const piece = 256 * 1024;

interface Shipping {
  readonly port: AgentPort;
  readonly step: HeldStep;
  readonly patience: Patience;
}

/** Sends a growing log file piece by piece; what the network lost is sent again. */
export function shipLog(
  { port, step, patience, clock }: Shipping & { readonly clock: Clock },
  file: string,
  on: {
    readonly cancelled: () => void;
    readonly lost: () => void;
    readonly isLost: () => boolean;
    readonly trouble: (what: string, error: unknown) => void;
  },
): { finish: () => Promise<void> } {
  let sent = 0;
  let turn: Promise<void> = Promise.resolve();
  const buffer = Buffer.alloc(piece);
  const send = async (): Promise<void> => {
    if (!existsSync(file)) return;
    const handle = await open(file, 'r');
    try {
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, sent);
        if (bytesRead === 0) return;
        const answer = await port.appendLog(step, sent, buffer.subarray(0, bytesRead));
        if (answer.cancel) on.cancelled();
        // a server that keeps no more of it answers with what it has
        if (answer.size <= sent) return;
        sent = answer.size;
      }
    } finally {
      await handle.close();
    }
  };
  const end = clock.every(500, () => {
    turn = turn.then(send).catch((error) => {
      if (isLost(error)) on.lost();
    });
  });
  return {
    async finish() {
      end();
      await turn;
      if (!on.isLost()) await patience.with('log', send).catch((error) => on.trouble('log', error));
    },
  };
}

export async function shipArtefact({ port, step, patience }: Shipping, digest: string, file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(piece);
    for (let sent = 0; ; ) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, sent);
      if (bytesRead === 0) return;
      const part = { digest, offset: sent, bytes: buffer.subarray(0, bytesRead) };
      const { size } = await patience.with('artefact', () => port.appendArtefact(step, part));
      // more, where a former try or another name with the same content sent it already; less is told by its end
      sent = Math.max(size, sent + bytesRead);
    }
  } finally {
    await handle.close();
  }
}

export function isLost(error: unknown): boolean {
  return error instanceof LockstepError && error.code === 'lease-lost';
}
