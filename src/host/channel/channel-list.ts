import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import { type ChannelIndex, type ChannelOffer, indexName, parseIndex, type Yanked } from '../../repository/index.ts';

/** What a channel offered when it was last looked at. */
export interface ChannelList {
  /** The channel's URL at that time. */
  readonly url: string;
  /** ISO 8601. */
  readonly fetchedAt: string;
  readonly index: ChannelIndex;
  /** Entries that are left out, each with its reason. */
  readonly problems: readonly Problem[];
  /** Whether the channel's signatures were checked. */
  readonly signed: boolean;
  /** What it withdrew, with reasons. */
  readonly yanked: Yanked;
}

const fileName = 'channel.json';

/** Keeps an offer for the next start, by one rename; the former one stays whole until then. */
export async function storeList(folder: string, url: string, offer: ChannelOffer): Promise<ChannelList> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, fileName);
  const fetchedAt = system.clock.now().toISOString();
  await writeFile(
    `${file}.new`,
    JSON.stringify({ url, fetchedAt, signed: offer.signed, text: offer.text, yanked: offer.yanked }),
  );
  await rename(`${file}.new`, file);
  const { index, problems, signed, yanked } = offer;
  return { url, fetchedAt, index, problems, signed, yanked };
}

/** The list of the last update; null where there is none that can be read, which another update mends. */
export async function readList(folder: string): Promise<ChannelList | null> {
  try {
    const { url, fetchedAt, signed, text, yanked = {} } = JSON.parse(await readFile(join(folder, fileName), 'utf8'));
    return { url, fetchedAt, signed, yanked, ...parseIndex(text, indexName) };
  } catch {
    return null;
  }
}
