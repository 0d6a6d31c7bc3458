import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from } from 'pg-copy-streams';
import type { BulkRow } from '../store.ts';

const pieceLength = 256 * 1024;

/** Sends rows through COPY, in PostgreSQL's text format; returns how many. */
export async function copyRows(
  client: PoolClient,
  table: string,
  columns: readonly string[],
  rows: Iterable<BulkRow>,
): Promise<number> {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const copying = client.query(from(`copy ${table} (${names}) from stdin`));
  await pipeline(Readable.from(pieces(columns, rows), { objectMode: false }), copying);
  return copying.rowCount;
}

function* pieces(columns: readonly string[], rows: Iterable<BulkRow>): Generator<Buffer> {
  let text = '';
  for (const row of rows) {
    for (let index = 0; index < columns.length; index++) {
      text += (index === 0 ? '' : '\t') + field(row[columns[index]!] ?? null);
    }
    text += '\n';
    if (text.length >= pieceLength) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}

const special = /[\\\n\r\t]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function field(value: string | number | null): string {
  if (value === null) return '\\N';
  if (typeof value === 'number') return String(value);
  return special.test(value) ? value.replace(/[\\\n\r\t]/g, (letter) => escapes[letter]!) : value;
}
