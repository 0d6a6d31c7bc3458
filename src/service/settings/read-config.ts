import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { LockstepError, type Place } from '../../failure/index.ts';
import { readRunKey, runKeyFile } from '../runs/run-key.ts';
import { type CompleteInput, completeConfig } from './complete-config.ts';
import { ConfigSchema, type ServerConfig } from './config.ts';
import { readOpenId } from './openid-settings.ts';
import { parseProvdConf } from './parse-provd-conf.ts';

type Written = Static<typeof ConfigSchema>;

export interface ConfigInput extends CompleteInput {
  readonly file: string | null;
}

/** Reads the configuration: YAML, JSON or an old provd.conf, then the environment, then the command line. */
export async function readConfig(input: ConfigInput): Promise<ServerConfig> {
  const written = input.file === null ? {} : parseConfig(await readText(input.file), input.file);
  const { keyFile: inFile } = written.runs ?? {};
  const keyFile = runKeyFile(input.env, inFile === undefined ? undefined : resolve(input.cwd, inFile));
  const key = await readRunKey(input.env, keyFile ?? undefined);
  return completeConfig(written, input, { key, keyFile, openid: await readOpenId(written.openid, input) });
}

/** Throws `config-not-valid` with line and column of the first fault. */
export function parseConfig(text: string, file: string): Written {
  if (file.endsWith('.conf')) return parseProvdConf(text, file);
  if (text.length > largest) throw notValid(`More than ${largest} letters are no configuration.`, start(file));
  const lines = new LineCounter();
  const document = readDocument(text, lines, file);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [fault] = document.errors;
  if (fault) throw notValid(fault.message, placeAt(fault.pos[0]));
  const value = plainValue(document, placeAt, file);
  const errors = Value.Errors(ConfigSchema, value).filter((error) => error.keyword !== 'boolean');
  const [error] = errors;
  if (error) {
    const unknown = (error.params as { additionalProperties?: string[] }).additionalProperties?.[0];
    const path = error.instancePath.split('/').slice(1);
    const at = placeAt(offsetOf(document.contents as Node | null, unknown ? [...path, unknown] : path));
    const name = [...path, ...(unknown ? [unknown] : [])].join('.') || 'the file';
    throw notValid(unknown ? `"${name}" is no key of the configuration.` : `"${name}" ${error.message}.`, at);
  }
  return value as Written;
}

/** Far more than any configuration has. */
const largest = 256 * 1024;

const start = (file: string): Place => ({ file, line: 1, column: 1 });

function readDocument(text: string, lineCounter: LineCounter, file: string) {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false });
  } catch (thrown) {
    // its parser goes as deep as the text
    if (thrown instanceof RangeError) throw tooDeep(file);
    throw thrown;
  }
}

function tooDeep(file: string): LockstepError {
  return notValid('The file nests too deeply.', start(file));
}

/** An alias without its anchor, or too many of them, shows only here. */
function plainValue(
  document: ReturnType<typeof parseDocument>,
  placeAt: (offset: number) => Place,
  file: string,
): unknown {
  try {
    return document.toJS() ?? {};
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooDeep(file);
    let at = 0;
    visit(document, {
      Alias(_key, node) {
        at = node.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    throw notValid((thrown as Error).message, placeAt(at));
  }
}

/** Where a key stands, or what encloses it. */
function offsetOf(node: Node | null, path: readonly string[]): number {
  let current: unknown = node;
  let offset = node?.range?.[0] ?? 0;
  for (const key of path) {
    if (!isMap(current)) break;
    const pair = current.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
    if (!pair) break;
    offset = (pair.key as Node).range?.[0] ?? offset;
    current = pair.value;
  }
  return offset;
}

function notValid(message: string, where: Place): LockstepError {
  return new LockstepError('config-not-valid', message, {
    where,
    hint: 'docs/configuration.md describes every key.',
  });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw new LockstepError('config-not-valid', `The configuration ${file} cannot be read.`, {
      hint: 'Check the path and who may read it.',
      cause: thrown,
    });
  }
}
