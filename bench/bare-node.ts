/**
 * The least that Node's own HTTP server does for a file: every file of a folder in memory, found by its address, sent with a
 * prepared head. No rules, no look at the disk, no counting: how far ours could come. Prints its port.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const folder = process.argv[2]!;
const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const files = new Map(
  entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    return [path.slice(folder.length), { bytes, head: { 'content-length': bytes.byteLength } }] as const;
  }),
);
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const found = files.get(request.url!);
  if (found) response.writeHead(200, found.head).end(found.bytes);
  else response.writeHead(404).end();
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
