import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3ServerOptions {
  readonly pageSize?: number;
  /** How it takes the tag in `If-Match`: in quotes as the standard says, without as Ceph does, or not at all. */
  readonly tags?: 'quoted' | 'bare' | 'any' | 'none';
  /** False: `If-None-Match` is passed over. */
  readonly ifNoneMatch?: boolean;
}

/**
 * A small S3-compatible server for tests: path-style buckets in memory, list with prefix, delimiter and pages, ETags
 * and conditional puts. It answers in S3's XML and knows the access key `test` only. Answers to writes can be made to
 * get lost, after the write was done.
 */
export async function startS3Server({ pageSize = 1000, tags = 'quoted', ifNoneMatch = true }: S3ServerOptions = {}) {
  const objects = new Map<string, { bytes: Buffer; etag: string; modified: Date }>();
  let down = false;
  let lose: (key: string) => boolean = () => false;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', 'http://s3');
    const key = decodeURIComponent(url.pathname.slice(1));
    const fail = (status: number, code: string): void => {
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(
        `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
      );
    };
    if (down) return fail(503, 'ServiceUnavailable');
    if (!request.headers.authorization?.includes('Credential=test/')) return fail(403, 'InvalidAccessKeyId');
    if (key.split('/')[0] !== 'bucket') return fail(404, 'NoSuchBucket');

    const found = objects.get(key);
    if (request.method === 'GET' && url.searchParams.get('list-type') === '2') {
      response.writeHead(200, { 'content-type': 'application/xml' });
      return response.end(listing(objects, url.searchParams, pageSize));
    }
    if (request.method === 'GET' || request.method === 'HEAD') {
      if (!found) return fail(404, 'NoSuchKey');
      response.writeHead(200, {
        etag: found.etag,
        'content-length': found.bytes.length,
        'last-modified': found.modified.toUTCString(),
      });
      return response.end(request.method === 'GET' ? found.bytes : undefined);
    }
    if (request.method === 'PUT') {
      if (ifNoneMatch && request.headers['if-none-match'] === '*' && found) return fail(412, 'PreconditionFailed');
      const match = request.headers['if-match'];
      if (match && tags !== 'none') {
        if (!found) return fail(404, 'NoSuchKey');
        const bare = found.etag.slice(1, -1);
        const right = { quoted: [found.etag], bare: [bare], any: [found.etag, bare] }[tags];
        if (!right.includes(match)) return fail(412, 'PreconditionFailed');
      }
      const etag = `"${createHash('md5').update(body).digest('hex')}"`;
      objects.set(key, { bytes: body, etag, modified: new Date() });
      if (lose(key)) return request.socket.destroy();
      response.writeHead(200, { etag });
      return response.end();
    }
    if (request.method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204);
      return response.end();
    }
    return fail(405, 'MethodNotAllowed');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    /** Whose writes are done and then not answered; asked for each. */
    loseAnswers(which: (key: string) => boolean) {
      lose = which;
    },
    setDown(value: boolean) {
      down = value;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function listing(
  objects: ReadonlyMap<string, { bytes: Buffer; etag: string; modified: Date }>,
  query: URLSearchParams,
  pageSize: number,
): string {
  const prefix = `bucket/${query.get('prefix') ?? ''}`;
  const delimiter = query.get('delimiter');
  const after = query.get('continuation-token') ?? '';
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, pageSize);
  const folders = new Set<string>();
  const contents: string[] = [];
  for (const key of page) {
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (cut >= 0) folders.add(key.slice('bucket/'.length, cut + 1));
    else {
      const { bytes, etag, modified } = objects.get(key)!;
      contents.push(
        `<Contents><Key>${escapeXml(key.slice('bucket/'.length))}</Key><Size>${bytes.length}</Size><ETag>${escapeXml(etag)}</ETag><LastModified>${modified.toISOString()}</LastModified></Contents>`,
      );
    }
  }
  const prefixes = [...folders].map(
    (folder) => `<CommonPrefixes><Prefix>${escapeXml(folder)}</Prefix></CommonPrefixes>`,
  );
  const next =
    keys.length > page.length ? `<NextContinuationToken>${escapeXml(page.at(-1)!)}</NextContinuationToken>` : '';
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>${next !== ''}</IsTruncated>${contents.join('')}${prefixes.join('')}${next}</ListBucketResult>`;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
