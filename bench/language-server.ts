/** From a key to findings in the language server, for upgrade.xml files of different lengths: `npm run bench:lsp`. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { program } from '../test/journey/program.ts';

const keys = 30;

const step = (index: number, version: number): string => `  <step-type name="Step ${index}"><description/><properties>
${['a', 'b', 'c'].map((name) => `    <property name="${name}${version}"><property-ui type="textBox" label="${name}"/></property>`).join('\n')}
  </properties><command program="node"><arg file="x.mjs"/></command></step-type>`;

const plugin = (steps: number, version: number): string => `<?xml version="1.0" encoding="UTF-8"?>
<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header>
  <identifier id="org.example.large" name="Large" version="${version}"/><description/><tag/></header>
${Array.from({ length: steps }, (_, index) => step(index, version)).join('\n')}
</plugin>
`;

const upgrade = (steps: number): string => `<?xml version="1.0" encoding="UTF-8"?>
<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">
  <migrate to-version="2">
${Array.from(
  { length: steps },
  (_, index) => `    <migrate-command name="Step ${index}">
      <migrate-properties>
${['a', 'b', 'c'].map((name) => `        <migrate-property name="${name}2" old="${name}1"/>`).join('\n')}
      </migrate-properties>
    </migrate-command>`,
).join('\n')}
  </migrate>
</plugin-upgrade>
`;

const work = await mkdtemp(join(tmpdir(), 'lockstep-bench-lsp-'));
const child = spawn(process.execPath, [program, 'lsp'], { stdio: ['pipe', 'pipe', 'inherit'] });
const connection = createProtocolConnection(
  new StreamMessageReader(child.stdout),
  new StreamMessageWriter(child.stdin),
);
let wake: (() => void) | null = null;
let wanted = '';
connection.onNotification('textDocument/publishDiagnostics', ({ uri }) => {
  if (uri === wanted) wake?.();
});
connection.listen();
await connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
await connection.sendNotification('initialized', {});

process.stdout.write('LINES  MEDIAN ms  SLOWEST ms   (key to findings)\n');
for (const steps of [15, 130, 260]) {
  for (const version of [1, 2]) {
    await mkdir(join(work, String(steps), String(version)), { recursive: true });
    await writeFile(join(work, String(steps), String(version), 'plugin.xml'), plugin(steps, version));
  }
  const text = upgrade(steps);
  wanted = pathToFileURL(join(work, String(steps), '2', 'upgrade.xml')).href;
  const times: number[] = [];
  for (let key = 0; key <= keys; key++) {
    const began = performance.now();
    const found = new Promise<void>((done) => (wake = done));
    const document = { uri: wanted, version: key + 1 };
    const typed = `${text}<!--${'x'.repeat(key)}-->\n`;
    if (key === 0)
      await connection.sendNotification('textDocument/didOpen', {
        textDocument: { ...document, languageId: 'xml', text },
      });
    else
      await connection.sendNotification('textDocument/didChange', {
        textDocument: document,
        contentChanges: [{ text: typed }],
      });
    await found;
    if (key > 0) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const [middle, slowest] = [times[times.length >> 1]!, times.at(-1)!];
  process.stdout.write(
    `${String(text.split('\n').length - 1).padStart(5)}  ${middle.toFixed(0).padStart(9)}  ${slowest.toFixed(0).padStart(10)}\n`,
  );
}
await connection.sendRequest('shutdown');
await connection.sendNotification('exit');
connection.dispose();
await rm(work, { recursive: true, force: true });
