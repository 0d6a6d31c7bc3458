import type { CommandDeclaration, OptionDeclaration } from './command.ts';

export type ShellName = 'bash' | 'zsh' | 'fish';

interface Level {
  /** Words typed so far, `plugin`. */
  readonly path: string;
  /** What may follow: a subcommand with its summary, or an option with its description. */
  readonly words: readonly { readonly word: string; readonly text: string }[];
  readonly options: readonly { readonly word: string; readonly text: string }[];
}

/** The script by which a shell completes our commands and their options, made from the declarations alone. */
export function completionScript(shell: ShellName, commands: readonly CommandDeclaration[]): string {
  const levels = levelsOf(commands);
  if (shell === 'bash') return bash(levels);
  if (shell === 'zsh') return zsh(levels);
  return fish(levels);
}

function levelsOf(commands: readonly CommandDeclaration[]): Level[] {
  const levels = new Map<string, { words: Map<string, string>; options: Map<string, string> }>();
  const level = (path: string) => {
    const there = levels.get(path) ?? { words: new Map<string, string>(), options: new Map<string, string>() };
    levels.set(path, there);
    return there;
  };
  for (const command of commands) {
    const words = command.name.split(' ');
    for (const [index, word] of words.entries()) {
      const last = index === words.length - 1;
      const above = level(words.slice(0, index).join(' '));
      if (last || !above.words.has(word)) above.words.set(word, last ? command.summary : '');
    }
    const { options } = level(command.name);
    for (const option of command.options ?? [])
      for (const word of longNames(option)) options.set(word, option.description);
    if (command.data) options.set('--data', 'data folder').set('--database', 'postgres://…');
    if (command.data && command.folderOnly === undefined)
      options.set('--server', 'running server').set('--token', 'for the server');
    options.set('--json', 'print the result as JSON').set('--help', 'explain the command');
  }
  const pairs = (map: ReadonlyMap<string, string>) => [...map].map(([word, text]) => ({ word, text }));
  return [...levels].map(([path, { words, options }]) => ({ path, words: pairs(words), options: pairs(options) }));
}

function longNames({ flags }: OptionDeclaration): string[] {
  return [...flags.matchAll(/--[a-z][a-z-]*/g)].map(([name]) => name);
}

function bash(levels: readonly Level[]): string {
  const cases = levels.map(
    ({ path, words, options }) =>
      `    ${quote(path)}) COMPREPLY=($(compgen -W ${quote([...words, ...options].map(({ word }) => word).join(' '))} -- "$current")) ;;`,
  );
  return `# bash completion for lockstep
_lockstep() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word candidate
  local known=${quote(levels.map(({ path }) => `|${path}|`).join(''))}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    candidate="\${path:+$path }$word"
    [[ "$known" == *"|$candidate|"* ]] && path="$candidate"
  done
  case "$path" in
${cases.join('\n')}
  esac
  [[ "$current" != -* && \${#COMPREPLY[@]} -eq 0 ]] && compopt -o default
  return 0
}
complete -F _lockstep lockstep
`;
}

function zsh(levels: readonly Level[]): string {
  const describe = ({ word, text }: { word: string; text: string }): string =>
    quote(`${word.replaceAll(':', '\\:')}:${text}`);
  const cases = levels.map(
    ({ path, words, options }) => `    ${quote(path)}) found=(${[...words, ...options].map(describe).join(' ')}) ;;`,
  );
  return `#compdef lockstep
_lockstep() {
  local -a found
  local at='' word candidate
  local known=${quote(levels.map(({ path }) => `|${path}|`).join(''))}
  for word in "\${(@)words[2,CURRENT-1]}"; do
    candidate="\${at:+$at }$word"
    [[ "$known" == *"|$candidate|"* ]] && at="$candidate"
  done
  case "$at" in
${cases.join('\n')}
  esac
  _describe 'lockstep' found || _files
}
compdef _lockstep lockstep
`;
}

function fish(levels: readonly Level[]): string {
  const lines = levels.flatMap(({ path, words, options }) => {
    const when = `-n ${quote(`__lockstep_at ${path === '' ? "''" : `'${path}'`}`)}`;
    return [
      ...words.map(({ word, text }) => `complete -c lockstep -f ${when} -a ${quote(word)} -d ${quote(text)}`),
      ...options.map(({ word, text }) => `complete -c lockstep ${when} -l ${word.slice(2)} -d ${quote(text)}`),
    ];
  });
  return `# fish completion for lockstep
set -g __lockstep_known ${levels.map(({ path }) => quote(path)).join(' ')}
function __lockstep_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l candidate (string trim -- "$at $word")
    if contains -- "$candidate" $__lockstep_known
      set at $candidate
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
