import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PackageEntry, sha1, sha256, treeOf, writePackage } from '../../package/index.ts';
import { describeEntry, formatIndex, type IndexEntry } from '../../repository/index.ts';

export type Files = Readonly<Record<string, string>>;
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server with one channel, whose files a test can replace or make misbehave. */
export interface ChannelFixture {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  /** Offers a plugin; its package is built from the files. */
  offer(
    id: string,
    version: string,
    files: Files,
    changes?: Partial<Record<'dsize' | 'sha1sum' | 'sha256', unknown>>,
  ): Promise<Uint8Array>;
  /** Offers bytes as they are, with their true size and digest. */
  offerBytes(id: string, version: string, bytes: Uint8Array): void;
  withdraw(id: string): void;
  /** Answers a path by hand; null: as usual again. */
  answer(path: string, answer: Answer | null): void;
  close(): Promise<void>;
}

export const pluginInfo = (version: string, more: object = {}) =>
  JSON.stringify({
    version,
    description: 'Plugin for the Acme phones',
    description_fr: 'Greffon pour les Acme',
    capabilities: { 'Acme, One, 1.0': { lines: 2 } },
    ...more,
  });

/** Entries of a plugin's folder, with the standard folders. */
export function pluginEntries(files: Files): PackageEntry[] {
  const standard = ['var', 'var/cache', 'var/installed', 'var/templates', 'var/tftpboot'];
  return [
    ...standard.map((path) => ({ path, kind: 'directory' as const, mode: 0o755 })),
    ...Object.entries(files).map(([path, text]) => ({
      path,
      kind: 'file' as const,
      mode: 0o644,
      bytes: Buffer.from(text),
    })),
  ];
}

export async function serveChannel(): Promise<ChannelFixture> {
  const packages = new Map<string, Uint8Array>();
  const entries = new Map<string, IndexEntry>();
  const answers = new Map<string, Answer>();
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://x').pathname).replace('/plugins/1/testing/', '');
    requests.push(path);
    const own = answers.get(path);
    if (own) return own(request, response);
    const bytes = path === 'plugins.db' ? Buffer.from(formatIndex(entries.values())) : packages.get(path);
    if (!bytes) return response.writeHead(404).end('no such file');
    return response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/plugins/1/testing/`;

  const add = (id: string, version: string, bytes: Uint8Array, info: object, changes: object) => {
    const filename = `${id}-${version}.tar.bz2`;
    packages.set(filename, bytes);
    const entry = describeEntry({
      id,
      info: info as Record<string, unknown>,
      filename,
      size: bytes.length,
      sha1: sha1(bytes),
      sha256: sha256(bytes),
    });
    entries.set(id, { ...entry, fields: { ...entry.fields, ...changes } });
  };
  return {
    url,
    requests,
    async offer(id, version, files, changes = {}) {
      const info = files['plugin-info'] ?? pluginInfo(version);
      const bytes = await writePackage(treeOf(id, pluginEntries({ 'plugin-info': info, ...files })), 'tar.bz2');
      add(id, version, bytes, JSON.parse(info), changes);
      return bytes;
    },
    offerBytes: (id, version, bytes) => add(id, version, bytes, JSON.parse(pluginInfo(version)), {}),
    withdraw: (id) => void entries.delete(id),
    answer: (path, answer) => void (answer ? answers.set(path, answer) : answers.delete(path)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
