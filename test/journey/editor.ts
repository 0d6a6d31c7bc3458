import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import {
  type CodeAction,
  type CompletionItem,
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** An editor without a screen, which starts a language server as editors do. */
export class Editor {
  readonly #child: ChildProcess;
  readonly #connection: ProtocolConnection;
  readonly #found = new Map<string, Diagnostic[]>();
  readonly #waiting: (() => void)[] = [];

  constructor(command: string, parameters: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(command, parameters, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdin, stdout } = this.#child;
    this.#connection = createProtocolConnection(new StreamMessageReader(stdout!), new StreamMessageWriter(stdin!));
    this.#connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => {
      this.#found.set(uri, diagnostics);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.#connection.listen();
  }

  async start(initializationOptions: object = {}): Promise<void> {
    await this.#connection.sendRequest('initialize', {
      processId: null,
      rootUri: null,
      capabilities: {},
      initializationOptions,
    });
    await this.#connection.sendNotification('initialized', {});
  }

  async open(file: string, text = readFileSync(file, 'utf8')): Promise<string> {
    const uri = pathToFileURL(file).href;
    this.#found.delete(uri);
    const textDocument = { uri, languageId: 'xml', version: 1, text };
    await this.#connection.sendNotification('textDocument/didOpen', { textDocument });
    return uri;
  }

  async type(uri: string, text: string, version: number): Promise<void> {
    const textDocument = { uri, version };
    await this.#connection.sendNotification('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
  }

  close(uri: string): Promise<void> {
    return this.#connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  /** What was told of a file, as soon as something was and it is as wanted. */
  async findings(uri: string, wanted = (_: readonly Diagnostic[]) => true): Promise<Diagnostic[]> {
    for (;;) {
      const found = this.#found.get(uri);
      if (found && wanted(found)) return found;
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  /** Everything that was told of the files of a folder. */
  in(folder: string): [string, Diagnostic[]][] {
    return [...this.#found].filter(
      ([uri, list]) => uri.startsWith(`${pathToFileURL(folder).href}/`) && list.length > 0,
    );
  }

  forget(): void {
    this.#found.clear();
  }

  async names(uri: string, document: TextDocument, offset: number): Promise<string[]> {
    const question = { textDocument: { uri }, position: document.positionAt(offset) };
    const items = (await this.#connection.sendRequest('textDocument/completion', question)) as CompletionItem[];
    return items.map(({ label }) => label);
  }

  fixes(uri: string, diagnostics: readonly Diagnostic[]): Promise<CodeAction[]> {
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    return this.#connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics },
    });
  }

  async leave(): Promise<number | null> {
    const ended = new Promise<number | null>((done) => this.#child.on('close', done));
    await this.#connection.sendRequest('shutdown');
    await this.#connection.sendNotification('exit');
    const code = await ended;
    this.#connection.dispose();
    return code;
  }
}
