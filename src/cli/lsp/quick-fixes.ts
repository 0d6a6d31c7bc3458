import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CodeAction, CodeActionKind, type Diagnostic, TextEdit, type WorkspaceEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LockstepError } from '../../failure/index.ts';
import { fixUpgrade, proposeUpgrade } from '../../upgrade/index.ts';
import type { AuthoredPlugin } from '../commands/authoring/read-definition.ts';

/** What `plugin lint --fix` and `upgrade propose` would write into upgrade.xml, as edits that an editor offers. */
export function quickFixes(
  folder: string,
  plugin: AuthoredPlugin,
  previous: AuthoredPlugin | null,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  const { definition, upgradeFile, files } = plugin;
  if (!definition || !previous?.definition || upgradeFile instanceof LockstepError) return [];
  const source = files.upgradeXml;
  const existing = source && typeof source.text === 'string' ? { text: source.text, file: source.file } : undefined;
  const certain = fixUpgrade(definition, previous.definition, existing);
  const proposed = proposeUpgrade(previous.definition, definition, existing);
  const actions: CodeAction[] = [];
  const add = (title: string, text: string): void => {
    actions.push({
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [...diagnostics],
      edit: editOf(join(folder, 'upgrade.xml'), existing?.text ?? null, text),
    });
  };
  if (certain.changes.length > 0) add('Write what upgrade.xml certainly lacks', certain.text);
  if (proposed.changes.length > 0 && proposed.xml !== certain.text)
    add('Write what upgrade.xml lacks, guesses marked for you to confirm', proposed.xml);
  return actions;
}

/** One edit of what differs; a file that is not there is made. */
function editOf(file: string, before: string | null, after: string): WorkspaceEdit {
  const uri = pathToFileURL(file).href;
  const text = before ?? '';
  let start = 0;
  while (start < text.length && text[start] === after[start]) start++;
  let tail = 0;
  while (tail < text.length - start && tail < after.length - start && text.at(-1 - tail) === after.at(-1 - tail))
    tail++;
  const document = TextDocument.create(uri, 'xml', 0, text);
  const range = { start: document.positionAt(start), end: document.positionAt(text.length - tail) };
  const edits = [TextEdit.replace(range, after.slice(start, after.length - tail))];
  if (before !== null) return { changes: { [uri]: edits } };
  return {
    documentChanges: [
      { kind: 'create', uri, options: { ignoreIfExists: true } },
      { textDocument: { uri, version: null }, edits },
    ],
  };
}
