import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { projectRoot } from '../journey/lockstep.ts';
import { palettePng } from './palette-png.ts';

/** Pictures that a person looked at and found right; `npm run screenshots` renews them. */
export const approvedFolder = join(projectRoot, 'docs/pages');

/**
 * This share of the points may differ: letters are drawn a little otherwise by other machines. A quiet page is mostly
 * ground, so that a whole panel of it is hardly more than a hundredth.
 */
const tolerance = 0.003;

export async function approve(name: string, picture: Buffer): Promise<number> {
  const small = palettePng(PNG.sync.read(picture));
  await mkdir(approvedFolder, { recursive: true });
  await writeFile(join(approvedFolder, `${name}.png`), small);
  return small.length;
}

/** Null where a picture is as it was approved; else what differs, and where both can be looked at. */
export async function differenceFrom(name: string, picture: Buffer): Promise<string | null> {
  const now = PNG.sync.read(picture);
  const kept = await readFile(join(approvedFolder, `${name}.png`)).catch(() => null);
  const seen = join(projectRoot, 'node_modules/.cache/lockstep-pictures', `${name}.png`);
  const keep = async (bytes: Buffer): Promise<string> => {
    await mkdir(dirname(seen), { recursive: true });
    await writeFile(seen, bytes);
    return seen;
  };
  if (!kept) return `${name}: nobody has approved a picture of it; see ${await keep(picture)}`;
  const approved = PNG.sync.read(kept);
  if (approved.width !== now.width || approved.height !== now.height) {
    return `${name}: ${now.width}×${now.height} instead of ${approved.width}×${approved.height}; see ${await keep(picture)}`;
  }
  const difference = new PNG({ width: now.width, height: now.height });
  const points = pixelmatch(approved.data, now.data, difference.data, now.width, now.height, { threshold: 0.2 });
  const share = points / (now.width * now.height);
  if (share <= tolerance) return null;
  await writeFile(`${await keep(picture)}.difference.png`, PNG.sync.write(difference));
  return `${name}: ${(100 * share).toFixed(2)} % of it is drawn otherwise; see ${seen} and beside it the difference`;
}
