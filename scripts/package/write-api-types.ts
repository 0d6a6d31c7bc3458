import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** `dist/api.d.ts`: the types of the client and of `/api` in one file that needs no other, for clients in TypeScript. */
export async function writeApiTypes(root: string): Promise<void> {
  const program = join(root, 'node_modules/dts-bundle-generator/dist/bin/dts-bundle-generator.js');
  const parameters = ['--silent', '--no-banner', '--no-check', '--project', 'tsconfig.json'];
  // what they are made of is in the file, under no name that a client could come to lean on
  const contents = ['--external-inlines', 'typebox', '--export-referenced-types=false'];
  const files = ['--out-file', 'dist/api.d.ts', 'src/api/published.ts'];
  const child = spawn(process.execPath, [program, ...parameters, ...contents, ...files], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece));
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) throw new Error(`the types of the API could not be written: ${said.slice(-2000)}`);
}
