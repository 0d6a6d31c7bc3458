import { isAbsolute, join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import type { StepCommand } from '../../plugin/index.ts';
import { parseExpressions } from '../../process/index.ts';
import type { AgentNames } from './agent-names.ts';

export interface CommandContext {
  readonly pluginHome: string;
  /** `PLUGIN_HOME`, `PLUGIN_INPUT_PROPS`, `PLUGIN_OUTPUT_PROPS`, `AGENT_HOME`, … */
  readonly variables: Readonly<Record<string, string>>;
  readonly agent: AgentNames;
  /** The step's own values, for `${p:name}` in an argument. */
  readonly properties: Readonly<Record<string, string>>;
  /** The program that runs our own scripts; `node` means it. */
  readonly node: string;
}

/**
 * The words to execute. `${NAME}` is one of our variables, else what the agent answers to it, else the step's own value; `file` and
 * each `:`-separated element of `path` resolve against PLUGIN_HOME; `value` is literal; order is kept.
 * Throws `step-not-runnable` for a name that nobody knows.
 */
export function commandLine(command: StepCommand, context: CommandContext): readonly [string, ...string[]] {
  const program = substitute(command.program, context, 'program');
  const args = command.args.map(({ kind, text }) => {
    const word = substitute(text, context, `argument "${text}"`);
    if (kind === 'value') return word;
    if (kind === 'file') return inPlugin(word, context);
    return word
      .split(':')
      .map((element) => inPlugin(element, context))
      .join(':');
  });
  return [program === 'node' ? context.node : program, ...args];
}

function inPlugin(path: string, { pluginHome }: CommandContext): string {
  return path === '' || isAbsolute(path) ? path : join(pluginHome, path);
}

function substitute(text: string, context: CommandContext, what: string): string {
  return parseExpressions(text)
    .map((segment) => {
      if (segment.kind === 'text') return segment.text;
      const { name, kind, older, optional, source } = segment;
      const own = Object.hasOwn(context.properties, name) ? context.properties[name] : undefined;
      const found =
        kind !== 'property'
          ? context.agent.find(kind, name)
          : older
            ? (context.variables[name] ?? context.agent.find('agent', name) ?? own)
            : own;
      if (found !== undefined) return found;
      if (optional) return '';
      const { message, hint } = context.agent.explain(kind === 'env' ? 'env' : 'agent', name);
      throw new LockstepError(
        'step-not-runnable',
        `${source} in the step type's ${what} is not known on this agent: ${message}.`,
        { hint },
      );
    })
    .join('');
}
