import type { FilePart, Operation, Recipe, RecipeTarget } from './recipe.ts';
import { notValid } from './recipe-error.ts';

/** A recipe as the text of a family.json that builds the same bytes. Throws where the recipe runs a foreign command. */
export function formatFamilyJson(recipe: Recipe): string {
  const targets = recipe.targets.map(describeTarget);
  return `${oneLineInside(JSON.stringify({ targets }, null, 2))}\n`;
}

function describeTarget(target: RecipeTarget): unknown {
  if (target.failure) throw target.failure;
  return {
    id: target.id,
    plugin: target.pluginId,
    ...(target.stdDirs ? {} : { std_dirs: false }),
    layers: target.operations.flatMap(describeOperation),
  };
}

function describeOperation(operation: Operation): unknown[] {
  switch (operation.kind) {
    case 'folder':
      return [{ folder: operation.path }];
    case 'copy':
      return [
        {
          copy: single(operation.sources.map(({ path, contents }) => withSlash(path, contents))),
          ...(operation.to === '' ? {} : { to: withSlash(operation.to, operation.toFolder) }),
          ...(operation.filters.length === 0
            ? {}
            : { filters: operation.filters.map(({ verdict, pattern }) => ({ [verdict]: pattern })) }),
          ...(operation.recursive ? {} : { recursive: false }),
          ...(operation.links ? {} : { links: false }),
        },
      ];
    case 'file': {
      const parts: readonly FilePart[] =
        operation.parts.length === 0 ? [{ kind: 'text', bytes: new Uint8Array() }] : operation.parts;
      return parts.map((part, index) => ({
        ...describePart(part),
        to: operation.to,
        ...(operation.append || index > 0 ? { append: true } : {}),
      }));
    }
    case 'move':
      return [{ move: operation.from, to: operation.to }];
    case 'remove':
      return [{ remove: withSlash(operation.path, operation.tree) }];
    case 'link':
      return [{ link: operation.target, to: operation.path }];
    case 'mode':
      return [{ mode: operation.path, executable: operation.executable }];
    case 'command':
      throw notValid(
        operation.at,
        `The command "${operation.command.argv.join(' ')}" cannot be said in a family.json.`,
      );
  }
}

function describePart(part: FilePart): Record<string, unknown> {
  switch (part.kind) {
    case 'text': {
      const bytes = Buffer.from(part.bytes);
      const text = bytes.toString('utf8');
      return Buffer.from(text, 'utf8').equals(bytes) ? { text } : { base64: bytes.toString('base64') };
    }
    case 'substitute':
      return {
        substitute: single(part.sources),
        script: single(part.script.texts),
        ...(part.script.extended ? { extended: true } : {}),
      };
    case 'command':
      throw notValid(part.at, `The command "${part.command.argv.join(' ')}" cannot be said in a family.json.`);
  }
}

function withSlash(path: string, folder: boolean): string {
  if (path === '') return './';
  return folder ? `${path}/` : path;
}

function single<T>(list: readonly T[]): T | readonly T[] {
  return list.length === 1 ? list[0]! : list;
}

/** Puts `{ "exclude": ".*" }` and the like on one line each: a recipe is read by people. */
function oneLineInside(json: string): string {
  return json.replace(/\{\n\s+("(?:exclude|include|folder)": "(?:[^"\\]|\\.)*")\n\s+\}/g, '{ $1 }');
}
