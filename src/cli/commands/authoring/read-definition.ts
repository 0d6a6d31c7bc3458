import { LockstepError, type Problem, problemOf } from '../../../failure/index.ts';
import {
  checkInfoXml,
  type PluginDefinition,
  parseLifecycleXml,
  parsePluginInfo,
  parsePluginXml,
  parseUpgradeXml,
  type UpgradeFile,
  validateXml,
} from '../../../plugin/index.ts';
import { type PluginFiles, readPluginFiles, type SourceText, type UnsavedTexts } from './plugin-files.ts';

/** A plugin as its author has it: what could be read, and a problem for whatever could not. */
export interface AuthoredPlugin {
  readonly files: PluginFiles;
  readonly definition: PluginDefinition | null;
  readonly upgradeFile: UpgradeFile | LockstepError | null;
  /** Everything about single files; an unreadable upgrade.xml is not among them. */
  readonly problems: readonly Problem[];
}

/** Reads a plugin for comparing: a build's token in place of the version is a warning in a folder and an error in a package. */
export async function readDefinition(path: string, cwd: string, unsaved?: UnsavedTexts): Promise<AuthoredPlugin> {
  const files = await readPluginFiles(path, cwd, unsaved);
  const problems: Problem[] = [];
  const definition = judged(files.pluginXml, problems, (text, file) => parsePluginXml(text, file, { tokens: 'warn' }));
  const upgradeProblems: Problem[] = [];
  const upgrade = judged(files.upgradeXml, upgradeProblems, parseUpgradeXml);
  const unreadable = files.upgradeXml && !upgrade ? faultOf(files.upgradeXml, parseUpgradeXml) : null;
  if (upgrade) problems.push(...upgradeProblems);
  const lifecycle =
    definition &&
    judged(files.lifecycleXml, problems, (text, file) => parseLifecycleXml(text, file, definition.definition));
  judged(files.infoXml, problems, checkInfoXml);
  judged(files.pluginInfo, problems, parsePluginInfo);
  if (definition) await addSchemaFindings('plugin', files.pluginXml, problems);
  if (upgrade) await addSchemaFindings('upgrade', files.upgradeXml, problems);
  if (lifecycle) await addSchemaFindings('lifecycle', files.lifecycleXml, problems);
  return {
    files,
    definition: lifecycle?.definition ?? definition?.definition ?? null,
    upgradeFile: upgrade?.upgradeFile ?? unreadable,
    problems: files.kind === 'package' ? problems.map(strictForPackages) : problems,
  };
}

type Parser<T> = (text: string, file: string) => T;

function judged<T extends { readonly problems: readonly Problem[] }>(
  source: SourceText | null,
  problems: Problem[],
  parse: Parser<T>,
): T | null {
  if (!source) return null;
  try {
    const reading = parse(textOf(source), source.file);
    problems.push(...reading.problems);
    return reading;
  } catch (error) {
    problems.push(problemOfThrown(error));
    return null;
  }
}

function faultOf(source: SourceText, parse: Parser<unknown>): LockstepError | null {
  try {
    parse(textOf(source), source.file);
    return null;
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
}

function textOf({ text }: SourceText): string {
  if (text instanceof LockstepError) throw text;
  return text;
}

/** Only what no other problem has said of that line. */
async function addSchemaFindings(
  schema: 'plugin' | 'upgrade' | 'lifecycle',
  source: SourceText | null,
  problems: Problem[],
) {
  if (!source) return;
  const told = new Set(problems.map(({ where }) => `${where?.file}:${where?.line}`));
  const findings = await validateXml(schema, textOf(source), source.file);
  problems.push(...findings.filter(({ where }) => !told.has(`${where?.file}:${where?.line}`)));
}

function strictForPackages(problem: Problem): Problem {
  return problem.code === 'token-not-replaced' ? { ...problem, severity: 'error' } : problem;
}

/** An error as a finding; anything that is not ours goes on up. */
function problemOfThrown(error: unknown): Problem {
  if (error instanceof LockstepError) return problemOf(error);
  throw error;
}
