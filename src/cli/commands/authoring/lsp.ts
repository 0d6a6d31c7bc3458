import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { CommandAction } from '../../command.ts';
import { serveLanguage } from '../../lsp/language-server.ts';

/** `lsp`: what an editor starts and speaks to over stdin and stdout, until it says goodbye or goes. */
export const lsp: CommandAction = async ({ signal }) => {
  const reader = new StreamMessageReader(process.stdin);
  const connection = createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(process.stdout));
  const gone = new Promise<void>((done) => {
    reader.onClose(() => done());
    signal.addEventListener('abort', () => done(), { once: true });
  });
  await Promise.race([serveLanguage(connection), gone]);
  connection.dispose();
  process.stdin.destroy();
  return { value: null, text: '' };
};
