import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type AuthoredPlugin, readDefinition } from '../commands/authoring/read-definition.ts';
import { VersionFinder, type VersionsBefore } from './versions-before.ts';

interface Read extends VersionsBefore {
  readonly plugin: AuthoredPlugin;
}

/** A plugin's folder with what an editor holds of it unsaved, and the versions before it. */
export class FolderReader {
  finder = new VersionFinder({});
  readonly #documents: TextDocuments<TextDocument>;
  /** What was read last of a folder, and of which texts. */
  readonly #last = new Map<string, { readonly of: string; readonly read: Read | null }>();

  constructor(documents: TextDocuments<TextDocument>) {
    this.#documents = documents;
  }

  /** Path → text of every file that is open in the editor. */
  unsaved(): Map<string, string> {
    const open = this.#documents.all().filter(({ uri }) => uri.startsWith('file:'));
    return new Map(open.map((document) => [fileURLToPath(document.uri), document.getText()]));
  }

  /** The folder as it was read last, where nobody typed since: what is wrong is found out anew each time, names are not. */
  async lastRead(folder: string): Promise<Read | null> {
    const known = this.#last.get(folder);
    return known && known.of === this.#versionsIn(folder) ? known.read : this.read(folder);
  }

  /** Null where no plugin stands there. */
  async read(folder: string): Promise<Read | null> {
    const of = this.#versionsIn(folder);
    const read = await this.#readAnew(folder);
    this.#last.set(folder, { of, read });
    return read;
  }

  #versionsIn(folder: string): string {
    const inside = this.#documents.all().filter(({ uri }) => uri.startsWith(`${pathToFileURL(folder).href}/`));
    return inside.map(({ uri, version }) => `${uri} ${version}`).join();
  }

  async #readAnew(folder: string): Promise<Read | null> {
    const plugin = await readDefinition(folder, folder, this.unsaved()).catch(() => null);
    if (!plugin) return null;
    if (!plugin.definition) return { plugin, previous: null, known: [] };
    return { plugin, ...(await this.finder.find(folder, plugin.definition)) };
  }
}
