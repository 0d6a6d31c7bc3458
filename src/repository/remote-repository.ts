import { endName, parseEnd } from './channel-end.ts';
import { filesOf } from './channel-files.ts';
import { channelSource, describeRefusal, request, type SourceOptions } from './channel-source.ts';
import { type ChannelIndex, indexName, parseIndex } from './index-file.ts';
import { passGate } from './pass-gate.ts';
import { choose } from './promote.ts';
import { channelNotFound, checkPackage, packageDamaged } from './read-offer.ts';
import { isRemoved } from './removed-index.ts';
import type { ChangeReport, GateInput, PromoteRequest, Repository } from './repository.ts';
import { uploadPackage } from './upload-package.ts';
import { verifyOffer } from './verify-channel.ts';

/**
 * A repository behind a Lockstep server. What is offered is read as plain files, so that reading works from any web
 * server; what changes it is asked of the server, which keeps the rules, the lock and the keys.
 */
export function remoteRepository(address: string, options: SourceOptions = {}): Repository {
  const base = new URL(address.endsWith('/') ? address : `${address}/`);
  const shown = `${base.origin}${base.pathname}`;
  const source = (channel: string) => channelSource(new URL(filesOf(channel).folder, base).href, options);

  async function ask<T>(
    path: string,
    init: { method?: string; body?: unknown; signal?: AbortSignal } = {},
  ): Promise<T> {
    const url = new URL(`api/repository/${path}`, base);
    const response = await request(url, options, {
      method: init.method ?? 'POST',
      ...(init.body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(init.body) }),
      ...(init.signal ? { signal: init.signal } : {}),
    });
    if (!response.ok) throw await describeRefusal(response, url.href, init.method ?? 'POST');
    return (await response.json()) as T;
  }

  async function readOffer(channel: string, { signal }: { signal?: AbortSignal } = {}) {
    const files = source(channel);
    const bytes = await files.read(indexName, signal ? { signal } : {});
    if (!bytes || isRemoved(bytes)) throw channelNotFound(channel, shown);
    const text = new TextDecoder().decode(bytes);
    const end = await files.read(endName, signal ? { signal } : {});
    const ends = parseEnd(end && { bytes: end });
    return { channel, text, ends, ...parseIndex(text, files.address + indexName) };
  }

  async function offerOrNone(channel: string): Promise<ChannelIndex> {
    const bytes = await source(channel).read(indexName);
    return bytes ? parseIndex(new TextDecoder().decode(bytes)).index : new Map();
  }

  const act = (
    channel: string,
    verb: string,
    { signal, onProgress: _, ...body }: { signal?: AbortSignal; onProgress?: unknown },
  ) => ask<never>(`channels/${encodeURIComponent(channel)}/${verb}`, { body, ...(signal ? { signal } : {}) });

  const repository: Repository = {
    address: shown,
    listChannels: () => ask('channels', { method: 'GET' }),
    readOffer,
    async readPackage(channel, entry, waiting = {}) {
      const bytes = await source(channel).read(entry.filename, { ...waiting, limit: entry.size });
      if (!bytes) throw packageDamaged(entry, 'it is not there');
      checkPackage(entry, bytes);
      return bytes;
    },
    async publish(channel, { packages, ...publication }) {
      const uploaded = [];
      for (const [done, input] of packages.entries()) {
        publication.onProgress?.({ step: 'upload', done, total: packages.length });
        const { name, family, digest } = input;
        uploaded.push({ name, family, digest, upload: await uploadPackage(base, options, input, publication.signal) });
      }
      return act(channel, 'publish', { ...publication, packages: uploaded } as never);
    },
    // the gate runs where its caller is; the server then promotes only what the gate saw
    async promote({ gate, ...promotion }) {
      const chosen = choose((await readOffer(promotion.from)).index, promotion);
      const expected = Object.fromEntries(chosen.map(({ id, sha1 }) => [id, sha1]));
      const target = gate ? await offerOrNone(promotion.to) : new Map();
      const candidates = chosen.flatMap((entry): GateInput[] => {
        const before = target.get(entry.id) ?? null;
        if (before?.sha1 === entry.sha1) return [];
        const readPackage = () => repository.readPackage(promotion.from, entry);
        return [
          {
            entry,
            before,
            readPackage,
            readBefore: async () => before && repository.readPackage(promotion.to, before),
          },
        ];
      });
      const found = await passGate({ gate, to: promotion.to }, candidates);
      const request: PromoteRequest = { ...promotion, expected };
      const report: ChangeReport = await act(promotion.to, 'promote', request);
      return { ...report, problems: [...found, ...report.problems] };
    },
    yank: (channel, given) => act(channel, 'yank', given),
    archive: (channel, given) => act(channel, 'archive', given),
    history: async (channel) => {
      filesOf(channel);
      return ask(`channels/${channel}/history`, { method: 'GET' });
    },
    async readGeneration(channel, generation) {
      filesOf(channel);
      const { text } = await ask<{ text: string }>(`channels/${channel}/generations/${generation}`, { method: 'GET' });
      return parseIndex(text).index;
    },
    restore: (channel, given) => act(channel, 'restore', given),
    removeChannel: (channel, given) => act(channel, 'remove', given),
    collectGarbage: (channel, given) => act(channel, 'gc', given),
    async verify(channel, waiting = {}) {
      const files = filesOf(channel);
      return verifyOffer({
        offer: await readOffer(channel, waiting),
        readPackage: (path) => source(channel).read(path.slice(files.folder.length)),
        ...waiting,
      });
    },
    close: () => {},
  };
  return repository;
}
