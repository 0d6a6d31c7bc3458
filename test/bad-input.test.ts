import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataFolder } from '../src/store/index.ts';
import { contentOf, testFolder, writeFiles } from './journey/folder.ts';
import { outcomeOf, projectRoot, startLockstep } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';
import { program } from './journey/program.ts';
import { genericProcess, pluginId, pluginXml, upgradeXml, useJson } from './journey/step-plugin.ts';

const { run: lockstep, succeed } = oneProcess();

const step = { name: 'Step' };

/** A data folder with version 5 installed and one process. */
async function fillFolder(folder: string): Promise<string> {
  await writeFiles(folder, {
    '5/plugin.xml': pluginXml(5, [step]),
    'process.json': JSON.stringify(genericProcess('P', [useJson({ activity: 'A', step: 'Step', version: 5 })])),
  });
  const data = join(folder, 'data');
  await succeed(['plugin', 'install', join(folder, '5'), '--data', data]);
  await succeed(['process', 'import', join(folder, 'process.json'), '--data', data]);
  return data;
}

async function usedFolder(): Promise<{ folder: string; data: string }> {
  const folder = await testFolder();
  return { folder, data: await fillFolder(folder) };
}

/** One stored (not compressed) zip entry by hand, so that hostile names and flags can be written. */
function zip(
  entries: readonly { name: string; content?: Buffer; flags?: number; mode?: number; inflated?: number }[],
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = Buffer.alloc(0), flags = 0, mode = 0o100644, inflated } of entries) {
    const plain = inflated === undefined ? content : Buffer.alloc(inflated);
    const data = inflated === undefined ? content : deflateRawSync(plain);
    const fields = (signature: number, extra: boolean) => {
      const header = Buffer.alloc(extra ? 46 : 30);
      let at = header.writeUInt32LE(signature, 0);
      if (extra) at = header.writeUInt16LE(0x031e, at);
      at = header.writeUInt16LE(20, at);
      at = header.writeUInt16LE(flags, at);
      at = header.writeUInt16LE(inflated === undefined ? 0 : 8, at);
      at = header.writeUInt32LE(0x21, at + 2) - 2;
      header.writeUInt16LE(0, extra ? 12 : 10);
      at = extra ? 16 : 14;
      at = header.writeUInt32LE(crc32(plain), at);
      at = header.writeUInt32LE(data.length, at);
      at = header.writeUInt32LE(plain.length, at);
      header.writeUInt16LE(Buffer.byteLength(name), at);
      if (extra) {
        header.writeUInt32LE((mode << 16) >>> 0, 38);
        header.writeUInt32LE(offset, 42);
      }
      return header;
    };
    const local = Buffer.concat([fields(0x04034b50, false), Buffer.from(name), data]);
    directory.push(Buffer.concat([fields(0x02014b50, true), Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, index, end]);
}

const good = { name: 'plugin.xml', content: Buffer.from(pluginXml(6, [step])) };

const badPlugins: readonly (readonly [what: string, files: Record<string, string | Uint8Array>, says: RegExp])[] = [
  ['text that is no XML', { 'plugin.xml': 'hello' }, /plugin\.xml:1:/],
  ['XML that is not well-formed', { 'plugin.xml': '<plugin><header></plugin>' }, /plugin\.xml:1:\d+/],
  [
    'an entity bomb',
    { 'plugin.xml': '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<plugin>&b;</plugin>' },
    /plugin\.xml:1:.*DOCTYPE/is,
  ],
  [
    'an external entity',
    { 'plugin.xml': '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<plugin>&x;</plugin>' },
    /plugin\.xml:1:.*DOCTYPE/is,
  ],
  [
    'merge markers',
    { 'plugin.xml': pluginXml(6, [step]), 'upgrade.xml': upgradeXml('<<<<<<< ours\n=======\n>>>>>>> theirs') },
    /upgrade\.xml:3:.*merge/is,
  ],
  ['a wrong root element', { 'plugin.xml': '<project/>' }, /plugin\.xml:1:.*project/is],
  ['a version that is no integer', { 'plugin.xml': pluginXml('1.5', [step]) }, /plugin\.xml:4:.*1\.5/s],
  [
    'two blocks of one to-version that contradict each other',
    {
      'plugin.xml': pluginXml(6, [step]),
      'upgrade.xml': upgradeXml(
        '<migrate to-version="6"><migrate-command name="Step"/></migrate>\n<migrate to-version="6"><migrate-command name="Stride" old="Step"/></migrate>',
      ),
    },
    /upgrade\.xml:4:.*6/s,
  ],
  [
    'a to-version that is no integer',
    { 'plugin.xml': pluginXml(6, [step]), 'upgrade.xml': upgradeXml('<migrate to-version="six"/>') },
    /upgrade\.xml:3:.*six/s,
  ],
  ['a lower version', { 'plugin.xml': pluginXml(4, [step]) }, /lower/],
  ['the same id under another name', { 'plugin.xml': pluginXml(6, [step], { id: pluginId, name: 'Other' }) }, /Other/],
  [
    'the same name under another id',
    { 'plugin.xml': pluginXml(6, [step], { id: 'org.example.other', name: 'Journey' }) },
    /Journey/,
  ],
  ['a step twice', { 'plugin.xml': pluginXml(6, [step, step]) }, /plugin\.xml:\d+:.*Step/s],
];

const badZips: readonly (readonly [what: string, bytes: () => Buffer, says: RegExp])[] = [
  ['a truncated zip', () => zip([good]).subarray(0, -30), /bad\.zip/],
  ['an encrypted zip', () => zip([{ name: 'plugin.xml', flags: 1, inflated: 100 }]), /encrypt/i],
  ['a path with ..', () => zip([good, { name: '../outside' }]), /\.\.\/outside/],
  ['an absolute path', () => zip([good, { name: '/etc/outside' }]), /\/etc\/outside/],
  [
    'a link that leaves',
    () => zip([good, { name: 'link', content: Buffer.from('../../outside'), mode: 0o120777 }]),
    /link/,
  ],
  [
    'a thousandfold expansion',
    () => zip([good, { name: 'bomb', inflated: 600 * 1024 * 1024 }]),
    /bomb|ratio|expand|large/i,
  ],
];

describe('bad input is one clear error, and the data folder is byte-identical afterwards [DO-9]', () => {
  let folder: string;
  let data: string;
  // every refusal leaves this folder as it is, so all of them can share it
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-bad-'));
    data = await fillFolder(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function refused(parameters: readonly string[], says: RegExp): Promise<void> {
    const before = await contentOf(data);
    const outcome = await lockstep([...parameters, '--data', data]);
    expect(outcome.code, outcome.stdout).toBeGreaterThan(0);
    expect(outcome.code).not.toBe(10);
    expect(outcome.stderr).toMatch(says);
    expect(outcome.stderr.match(/^[a-z-]+: /gm)).toHaveLength(1);
    expect(await contentOf(data)).toEqual(before);
  }

  it.each(badPlugins)('%s', async (what, files, says) => {
    const plugin = what.replaceAll(/\W/g, '-');
    await writeFiles(join(folder, plugin), files);
    await refused(['plugin', 'install', join(folder, plugin)], says);
  });

  it.each(badZips)('%s', async (what, bytes, says) => {
    const name = `${what.replaceAll(/\W/g, '-')}/bad.zip`;
    await writeFiles(folder, { [name]: bytes() });
    await refused(['plugin', 'install', join(folder, name)], says);
  });

  it('JSON that is cut off', async () => {
    const text = JSON.stringify(genericProcess('Q', []), null, 2);
    await writeFile(join(folder, 'cut.json'), text.slice(0, text.length / 2));
    await refused(['process', 'import', join(folder, 'process.json'), join(folder, 'cut.json')], /cut\.json:\d+:\d+/);
  });

  it('a full disk', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`Process ${index}`, 'x'.repeat(20_000)] as const),
    );
    const many = Object.entries(files).map(([name, description]) => ({ ...genericProcess(name, []), description }));
    await writeFile(join(folder, 'many.json'), JSON.stringify(many));
    const before = await contentOf(data);
    // file sizes are limited for this one command, as a full disk would
    const line = `ulimit -f 200; trap '' XFSZ; exec "${process.execPath}" "${program}" process import "${join(folder, 'many.json')}" --data "${data}"`;
    const outcome = await outcomeOf(spawn('bash', ['-c', line], { cwd: projectRoot }));
    expect(outcome.code).not.toBe(0);
    expect(await contentOf(data)).toEqual(before);
    expect((await succeed(['process', 'list', '--json', '--data', data])).json<{ total: number }>().total).toBe(1);
  });
});

describe('a process whose plugin is unknown', () => {
  it('is imported and listed as unresolved', async () => {
    const { folder, data } = await usedFolder();
    const unknown = { ...useJson({ activity: 'A', step: 'S', version: 3 }), pluginName: 'Unknown Plugin' };
    await writeFile(join(folder, 'unknown.json'), JSON.stringify(genericProcess('U', [unknown])));
    const outcome = await succeed(['process', 'import', join(folder, 'unknown.json'), '--data', data]);
    expect(outcome.stdout).toContain('"Unknown Plugin"');
    expect((await succeed(['process', 'list', '--data', data])).stdout).toMatch(/U .*unresolved: Unknown Plugin 3/);
  });
});

describe('a data folder in use by another process', () => {
  it('is refused as busy, is byte-identical afterwards, and can still be read', async () => {
    const { folder, data } = await usedFolder();
    const holder = await openDataFolder(data, { write: true });
    try {
      const outcome = await lockstep(['plugin', 'install', join(folder, '5'), '--data', data]);
      expect({ code: outcome.code, says: /^([\w-]+): /m.exec(outcome.stderr)?.[1] }).toEqual({
        code: 6,
        says: 'data-busy',
      });
      await succeed(['process', 'list', '--data', data]);
    } finally {
      await holder.close();
    }
    await succeed(['plugin', 'list', '--data', data]);
  });
});

describe('ctrl-C', () => {
  it('in the middle of applying leaves every process wholly old or wholly new, and resume finishes', async () => {
    const processes = Array.from({ length: 1500 }, (_, index) =>
      genericProcess(`P${index}`, [useJson({ activity: 'A', step: 'Step', version: 5 })]),
    );
    const folder = await testFolder({
      '5/plugin.xml': pluginXml(5, [step]),
      '6/plugin.xml': pluginXml(6, [step]),
      '6/upgrade.xml': upgradeXml('<migrate to-version="6"><migrate-command name="Step"/></migrate>'),
      'processes.json': JSON.stringify(processes),
    });
    const data = join(folder, 'data');
    await succeed(['plugin', 'install', join(folder, '5'), '--data', data]);
    await succeed(['process', 'import', join(folder, 'processes.json'), '--data', data]);
    await succeed(['plugin', 'install', join(folder, '6'), '--data', data]);
    const { id } = (await succeed(['upgrade', 'plan', pluginId, '--json', '--data', data])).json<{ id: string }>();

    const child = startLockstep(['upgrade', 'apply', id, '--yes', '--data', data]);
    child.stderr?.on('data', (piece: Buffer) => {
      if (piece.toString().includes('Applying')) child.kill('SIGINT');
    });
    const outcome = await outcomeOf(child);
    // it may have finished before the signal came; if not, it says that it was interrupted
    expect([0, 130]).toContain(outcome.code);
    await succeed(['upgrade', 'continue', id, '--data', data]);
    const all = (await succeed(['process', 'export', '--all', '--json', '--data', data])).stdout;
    expect(all.match(/"pluginVersion": ?6/g)).toHaveLength(1500);
    const history = (await succeed(['process', 'history', 'P0', '--json', '--data', data])).json<unknown[]>();
    expect(history).toHaveLength(2);
  });
});
