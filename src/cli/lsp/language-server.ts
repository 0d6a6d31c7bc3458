import { basename, dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CodeActionKind,
  CompletionItemKind,
  type Connection,
  type InitializeParams,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { productVersion } from '../../product/index.ts';
import { inOrderOfPlaces } from '../../upgrade/index.ts';
import { pluginFindings } from '../commands/authoring/plugin-findings.ts';
import { pluginsBeside } from '../commands/authoring/plugins-beside.ts';
import type { AuthoredPlugin } from '../commands/authoring/read-definition.ts';
import { configuredDialect } from '../commands/repository/settings.ts';
import { nameContext, namesFor } from './complete-names.ts';
import { diagnosticsByFile } from './diagnostics.ts';
import { quickFixes } from './quick-fixes.ts';
import { FolderReader } from './read-folder.ts';
import { VersionFinder } from './versions-before.ts';

const authored = new Set(['plugin.xml', 'upgrade.xml', 'lifecycle.xml', 'info.xml', 'plugin-info']);

/** Speaks the language server protocol over a connection; settles when the editor says goodbye. */
export function serveLanguage(connection: Connection): Promise<void> {
  const documents = new TextDocuments(TextDocument);
  const folders = new FolderReader(documents);
  /** What each folder's files were told to have, so that a finding that went is taken back. */
  const told = new Map<string, readonly string[]>();
  const working = new Map<string, { again: boolean }>();

  connection.onInitialize(({ initializationOptions: options }: InitializeParams) => {
    const previous = (options as { previous?: unknown } | undefined)?.previous;
    folders.finder = new VersionFinder({
      previous: typeof previous === 'string' && previous !== '' ? previous : undefined,
    });
    return {
      serverInfo: { name: 'lockstep', version: productVersion },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { triggerCharacters: ['"', "'"] },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      },
    };
  });

  /** Tells what is wrong with a folder's files; whoever types on while that is found out is looked at once more. */
  async function check(folder: string): Promise<void> {
    const under = working.get(folder);
    if (under) {
      under.again = true;
      return;
    }
    const state = { again: false };
    working.set(folder, state);
    try {
      do {
        state.again = false;
        await tell(folder);
      } while (state.again);
    } finally {
      working.delete(folder);
    }
  }

  async function tell(folder: string): Promise<void> {
    const found = await folders.read(folder);
    const texts = folders.unsaved();
    const problems = found
      ? inOrderOfPlaces(
          pluginFindings(
            found.plugin,
            found.previous,
            await configuredDialect(folder),
            await pluginsBeside(found.plugin),
          ),
        )
      : [];
    const files = diagnosticsByFile(problems, folder, (file) => texts.get(file) ?? textIn(found?.plugin, file));
    const open = [...texts.keys()].filter((file) => dirname(file) === folder && authored.has(basename(file)));
    for (const file of open) {
      const uri = pathToFileURL(file).href;
      if (!files.has(uri)) files.set(uri, []);
    }
    for (const uri of told.get(folder) ?? []) if (!files.has(uri)) files.set(uri, []);
    told.set(folder, [...files.keys()]);
    for (const [uri, diagnostics] of files) await connection.sendDiagnostics({ uri, diagnostics });
  }

  function checkFolderOf({ uri }: TextDocument): void {
    const file = uri.startsWith('file:') ? fileURLToPath(uri) : null;
    if (file === null || !authored.has(basename(file))) return;
    check(dirname(file)).catch((error) => connection.console.error(String(error)));
  }

  documents.onDidChangeContent(({ document }) => checkFolderOf(document));
  documents.onDidSave(({ document }) => checkFolderOf(document));

  connection.onCompletion(async ({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (!document?.uri.endsWith('/upgrade.xml')) return [];
    const context = nameContext(document.getText(), document.offsetAt(position));
    if (!context) return [];
    const found = await folders.lastRead(dirname(fileURLToPath(document.uri)));
    if (!found?.plugin.definition) return [];
    const range = { start: document.positionAt(context.start), end: document.positionAt(context.end) };
    const kind = context.element === 'migrate-command' ? CompletionItemKind.Function : CompletionItemKind.Property;
    return namesFor(context, { current: found.plugin.definition, known: found.known }).map(({ name, detail }) => ({
      label: name,
      detail,
      kind,
      textEdit: { range, newText: forAttribute(name) },
    }));
  });

  connection.onCodeAction(async ({ textDocument, context }) => {
    if (!textDocument.uri.startsWith('file:')) return [];
    const folder = dirname(fileURLToPath(textDocument.uri));
    const found = await folders.read(folder);
    return found ? quickFixes(folder, found.plugin, found.previous, context.diagnostics) : [];
  });

  const ended = new Promise<void>((done) => connection.onExit(() => done()));
  connection.onShutdown(() => {});
  documents.listen(connection);
  connection.listen();
  return ended;
}

function textIn(plugin: AuthoredPlugin | undefined, file: string): string | null {
  const { pluginXml, upgradeXml, lifecycleXml, infoXml, pluginInfo } = plugin?.files ?? {};
  const source = [pluginXml, upgradeXml, lifecycleXml, infoXml, pluginInfo].find((one) => one?.file === file);
  return typeof source?.text === 'string' ? source.text : null;
}

function forAttribute(name: string): string {
  return name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
