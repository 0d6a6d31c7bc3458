import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-layers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function checkLayers(): { status: number | null; output: string } {
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
    cpSync(resolve(file), join(folder, file));
  const { status, stdout } = spawnSync('depcruise', ['--config', '.dependency-cruiser.cjs', 'src'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${resolve('node_modules/.bin')}:${process.env['PATH']}` },
  });
  return { status, output: stdout };
}

describe('the layers', () => {
  it('a forbidden import is caught by name, so that the check is known to see TypeScript', () => {
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    write('src/store/index.ts', 'export interface Store { readonly name: string }\nexport const open = 1;\n');
    write('src/plugin/index.ts', "import type { Store } from '../store/index.ts';\nexport type A = Store;\n");
    write('src/process/index.ts', "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n");
    write('src/cli/main.ts', "import { inner } from '../host/inner.ts';\nexport const all = inner;\n");
    write('src/host/inner.ts', 'export const inner = 1;\n');
    const { status, output } = checkLayers();
    expect(status).not.toBe(0);
    expect(output).toContain('plugin-imports');
    expect(output).toContain('pure-folders-touch-nothing');
    expect(output).toContain('through-the-front-door');
  });
});
