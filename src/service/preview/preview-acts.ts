import { PassThrough } from 'node:stream';
import type { PreviewLine, previewRoutes } from '../../api/preview.ts';
import { LockstepError } from '../../failure/index.ts';
import { type PreviewRequest, previewCsv, previewHtml, previewServer } from '../../preview/index.ts';
import type { Acts, UploadedFile } from '../act.ts';
import { installedDefinitions } from '../plans/installed-definitions.ts';
import { uploadedPlugin } from '../plugins/uploaded-plugin.ts';
import type { Services } from '../services.ts';
import { reportOf } from './report-of.ts';

/** Reads a server that belongs to somebody else. The token lives as long as the request, and nowhere but in it. */
export function previewActs(services: Services): Acts<typeof previewRoutes> {
  const { store, config, catalogueOf, record } = services;
  return {
    previewServer: async ({ files, fields, query, actor, gone }) => {
      const { url, token } = placeOf(fields);
      const { definition, upgradeFile } = await readNew(files[0]!);
      const { definitions } = await installedDefinitions(store, definition.id);
      await record(actor, 'server.previewed', 'server', new URL(url).host, { plugin: definition.id });
      return {
        content: linesOf({
          ...{ url, token, definition, upgradeFile, signal: gone },
          known: [...definitions.values()].filter(({ version }) => version !== definition.version),
          dialect: query.for ?? null,
          configured: config.dialect ?? null,
          now: catalogueOf(actor.name).now(),
          user: actor.name,
        }),
      };
    },
  };
}

/** How it goes on, and at last what came of it; whoever asked being gone, nothing more is read. */
function linesOf(request: PreviewRequest): PassThrough {
  const lines = new PassThrough();
  const write = (line: PreviewLine): void => void lines.write(`${JSON.stringify(line)}\n`);
  let told = -1;
  const progress = (done: number, total: number): void => {
    const percent = Math.floor((100 * done) / Math.max(1, total));
    if (percent !== told) write({ done, total });
    told = percent;
  };
  previewServer({ ...request, progress })
    .then((preview) =>
      write({
        report: reportOf(preview),
        files: { html: previewHtml(preview), csv: previewCsv(preview), json: JSON.stringify(preview, null, 2) },
      }),
    )
    .catch((thrown: unknown) => {
      if (!request.signal?.aborted) write({ error: saidHere(thrown).toJSON() as never });
    })
    .finally(() => lines.end());
  return lines;
}

/** What went wrong there is no matter of who is signed in here, and nothing of a cut-off reading is kept. */
function saidHere(thrown: unknown): LockstepError {
  if (!(thrown instanceof LockstepError))
    return new LockstepError('internal', 'The preview failed.', { cause: thrown });
  const { code, message } = thrown;
  if (code === 'not-signed-in') {
    return new LockstepError('request-not-valid', message, {
      hint: 'Make a token there for somebody who may see everything.',
    });
  }
  if (code !== 'server-unreachable') return thrown;
  return new LockstepError(code, message, { hint: 'Check the address, the certificate and that it runs.' });
}

function placeOf({ url = '', token = '' }: Readonly<Record<string, string>>): { url: string; token: string } {
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new LockstepError('request-not-valid', 'The form names no server.', {
      hint: 'Send `url` as https://host:port, with the path below which it answers where there is one.',
    });
  }
  if (token.trim() === '' || /\s/.test(token.trim())) {
    throw new LockstepError('request-not-valid', 'The form holds no token.', {
      hint: 'Make a token at that server, and send it as `token`.',
    });
  }
  return { url, token: token.trim() };
}

async function readNew(file: UploadedFile): Promise<Pick<PreviewRequest, 'definition' | 'upgradeFile'>> {
  const sent = await uploadedPlugin(file);
  if (sent) return sent;
  throw new LockstepError('plugin-not-valid', `${file.name} declares no step types: there is no plugin.xml.`, {
    hint: 'Send the package of a plugin with a plugin.xml.',
  });
}
