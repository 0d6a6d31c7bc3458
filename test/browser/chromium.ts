import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { projectRoot } from '../journey/lockstep.ts';
import { madeOnce } from '../made-once.ts';

const unpack = "import c from '@sparticuz/chromium'; await c.executablePath();";

let running: Promise<Browser> | null = null;

/** The Chromium of this process, from the npm packages; it is unpacked the first time, and started anew where it is gone. */
export async function startedChromium(): Promise<Browser> {
  if (running && !(await running).isConnected()) running = null;
  running ??= startChromium();
  return running;
}

export async function closeChromium(): Promise<void> {
  await (await running)?.close();
  running = null;
}

/** One more, for whoever needs it for himself. */
export async function startChromium(): Promise<Browser> {
  const folder = await unpackedChromium();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    env: { ...(process.env as Record<string, string>), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  });
}

async function unpackedChromium(): Promise<string> {
  const manifest = await readFile(join(projectRoot, 'node_modules/@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = join(projectRoot, 'node_modules/.cache', `lockstep-chromium-${version}`);
  return madeOnce(folder, async (unfinished) => {
    // the package unpacks into the temporary folder of its process, whatever else stands there
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', unpack], {
      cwd: projectRoot,
      env: { ...process.env, TMPDIR: unfinished },
    });
    await writeFile(join(unfinished, 'fonts.conf'), fontsOf(folder));
  });
}

/** The fonts of the package first, so that pictures are alike on every machine; those of the machine for other signs. */
function fontsOf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
}
