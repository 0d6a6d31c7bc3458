import { createHash } from 'node:crypto';
import type { Program } from './program.ts';
import type { World } from './world.ts';

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly modified: number;
}

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: {
    readonly Key?: string;
    readonly Body?: Uint8Array;
    readonly Prefix?: string;
    readonly Delimiter?: string;
    readonly IfMatch?: string;
    readonly IfNoneMatch?: string;
  };
}

/** S3 as it promises to be, at the other end of a line that loses answers and sends twice. It outlives all programs. */
export class Bucket {
  readonly world: World;
  readonly objects = new Map<string, StoredObject>();
  /** Told of each change, before it counts. */
  readonly watchers: ((path: string, bytes: Uint8Array | null) => void)[] = [];

  constructor(world: World) {
    this.world = world;
  }

  client(program: Program): { send(command: unknown): Promise<never>; destroy(): void } {
    const send = (command: Sent): Promise<unknown> => {
      const { input } = command;
      const kind = command.constructor.name.replace(/Command$/, '');
      const condition =
        input.IfMatch === undefined ? (input.IfNoneMatch === undefined ? '' : ' if absent') : ' if same';
      let tries = 0;
      return program.call(
        `${kind} ${input.Key ?? input.Prefix ?? ''}${condition}`,
        () => this.#perform(kind, input, ++tries),
        {
          lost: () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError', $metadata: {} }),
          refused: () => Object.assign(new Error('connect ETIMEDOUT'), { name: 'TimeoutError', $metadata: {} }),
          belated: kind === 'PutObject' || kind === 'DeleteObject',
          doubled: kind === 'PutObject' || kind === 'DeleteObject',
        },
      );
    };
    return { send: send as (command: unknown) => Promise<never>, destroy: () => {} };
  }

  #perform(kind: string, input: Sent['input'], attempts: number): unknown {
    const { Key = '', Prefix = '' } = input;
    const there = this.objects.get(Key);
    switch (kind) {
      case 'PutObject': {
        if (input.IfNoneMatch === '*' && there) throw status(412, attempts);
        if (input.IfMatch !== undefined && !there) throw status(404, attempts);
        if (input.IfMatch !== undefined && there!.etag !== input.IfMatch) throw status(412, attempts);
        // the same bytes have the same tag
        const etag = `"${createHash('md5').update(input.Body!).digest('hex')}"`;
        for (const watch of this.watchers) watch(Key, input.Body!);
        this.objects.set(Key, { bytes: Buffer.from(input.Body!), etag, modified: this.world.now });
        this.world.changed();
        return { ETag: etag };
      }
      case 'GetObject': {
        if (!there) throw status(404, attempts);
        return { ETag: there.etag, Body: { transformToByteArray: async () => there.bytes } };
      }
      case 'DeleteObject':
        if (there) for (const watch of this.watchers) watch(Key, null);
        this.objects.delete(Key);
        this.world.changed();
        return {};
      case 'ListObjectsV2': {
        const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix)).sort();
        if (input.Delimiter === undefined) {
          const Contents = keys.map((key) => {
            const { bytes, modified } = this.objects.get(key)!;
            return { Key: key, Size: bytes.length, LastModified: new Date(modified) };
          });
          return { Contents };
        }
        const folders = new Set(
          keys
            .filter((key) => key.slice(Prefix.length).includes('/'))
            .map((key) => key.slice(0, key.indexOf('/', Prefix.length) + 1)),
        );
        return { CommonPrefixes: [...folders].map((folder) => ({ Prefix: folder })) };
      }
      default:
        throw new Error(`The bucket does not know ${kind}.`);
    }
  }
}

function status(httpStatusCode: number, attempts: number): Error {
  return Object.assign(new Error(`status ${httpStatusCode}`), {
    name: httpStatusCode === 404 ? 'NoSuchKey' : 'PreconditionFailed',
    $metadata: { httpStatusCode, attempts },
  });
}
