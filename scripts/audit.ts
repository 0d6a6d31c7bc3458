import { DatabaseSync } from 'node:sqlite';
import { npm } from './npm.ts';
import { builtPackages } from './package/built-packages.ts';
import { belowFloor } from './runtime-floor.ts';

/**
 * Asks the registry for known holes in what the lock pins, or with `--shipped` in what of it the built product contains, and this
 * runtime for the SQLite and the OpenSSL inside of it. Exit code 0: none; 1: some; 2: nobody answered, so that a
 * pipeline cannot take silence for safety.
 */
interface Audit {
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<
    Record<
      string,
      {
        readonly severity: string;
        readonly range: string;
        readonly fixAvailable: unknown;
        readonly nodes: readonly string[];
      }
    >
  >;
}

const given = process.argv.slice(2);
const onlyShipped = given.includes('--shipped');
const shipped = new Set((builtPackages() ?? []).map(({ path }) => path));
const { out, err } = await npm(['audit', '--json', '--audit=true', ...given.filter((word) => word !== '--shipped')]);
const audit = readAudit(out);
if (onlyShipped && shipped.size === 0) {
  process.stdout.write('Not audited: nothing is built yet, so nobody knows what is shipped (npm run build).\n');
  process.exitCode = 2;
} else if (!audit?.metadata) {
  const why = [...`${out}\n${err}`.matchAll(/"(?:summary|message)": "([^"]+)"|npm (?:error|ERR!|warn) (.+)/g)];
  const words = why.map(([, json, line]) => json ?? line).find((text) => text && !text.startsWith('A complete log'));
  process.stdout.write(`Not audited: the registry does not answer questions about holes (${words ?? 'no word'}).\n`);
  process.stdout.write('Run it where the public registry can be reached.\n');
  process.exitCode = 2;
} else {
  const found = Object.entries(audit.vulnerabilities ?? {}).filter(
    ([, { nodes }]) => !onlyShipped || nodes.some((node) => shipped.has(node)),
  );
  for (const [name, { severity, range, fixAvailable }] of found) {
    process.stdout.write(`${severity.padEnd(9)} ${name} ${range}${fixAvailable ? ' (a fix is there)' : ''}\n`);
  }
  process.stdout.write(`${found.length} of the ${onlyShipped ? 'shipped' : 'pinned'} packages have known holes.\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

const row = new DatabaseSync(':memory:').prepare('select sqlite_version() as version').get();
const { openssl } = process.versions;
const runtime = { sqlite: String(row?.['version']), openssl };
const old = belowFloor(runtime);
for (const line of old) process.stdout.write(`${line}\n`);
if (old.length === 0)
  process.stdout.write(`Node.js brings SQLite ${runtime.sqlite} and OpenSSL ${openssl}: new enough.\n`);
// a hole that is known weighs more than a registry that says nothing
else process.exitCode = 1;

function readAudit(text: string): Audit | null {
  try {
    return JSON.parse(text) as Audit;
  } catch {
    return null;
  }
}
