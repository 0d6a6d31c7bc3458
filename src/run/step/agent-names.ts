import { accessSync, constants, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';

/** What an agent answers to a name, for command lines and for values alike. */
export interface AgentNames {
  /** `agent`: a property of the agent, else its environment, else where a program of its PATH lies. `env`: its environment. */
  find(kind: 'agent' | 'env', name: string): string | undefined;
  /** Why a name has no answer, and what to do, in two sentences. */
  explain(kind: 'agent' | 'env', name: string): { readonly message: string; readonly hint: string };
}

export interface AgentNamesInput {
  /** `--property NAME=VALUE`. */
  readonly properties: Readonly<Record<string, string>>;
  /** What steps may see of the environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names that the environment has and steps may not see. */
  readonly withheld?: ReadonlySet<string>;
}

/** `${agent:NAME}`, `${agent:env/NAME}`, `${env/NAME}` and the older `${NAME}` of a command line have this one answer. */
export function agentNames({ properties, environment, withheld }: AgentNamesInput): AgentNames {
  const own = (values: Readonly<Record<string, string | undefined>>, name: string): string | undefined =>
    Object.hasOwn(values, name) ? values[name] : undefined;
  const variableOf = (kind: 'agent' | 'env', name: string): string | null =>
    kind === 'env' ? name : name.startsWith('env/') ? name.slice(4) : null;
  return {
    find(kind, name) {
      const variable = variableOf(kind, name);
      if (variable !== null) return own(environment, variable);
      return own(properties, name) ?? own(environment, name) ?? programHome(name, own(environment, 'PATH'));
    },
    explain(kind, name) {
      const variable = variableOf(kind, name);
      if (withheld?.has(variable ?? name))
        return {
          message: `the agent's environment has "${variable ?? name}", but steps may not see it`,
          hint: `Name it among those that steps may see (agent.environment, or --environment ${variable ?? name}), and retry the step.`,
        };
      return variable === null
        ? {
            message: `the agent has no property "${name}", nor is it in its environment`,
            hint: `Set it on the agent (--property ${name}=…, or in its environment) and retry the step.`,
          }
        : {
            message: `the agent has no environment variable "${variable}"`,
            hint: "Set it in the agent's environment and retry the step.",
          };
    },
  };
}

/** GROOVY_HOME of a machine that has `groovy` on its PATH: the folder above the program's `bin`. */
function programHome(name: string, path: string | undefined): string | undefined {
  const program = /^([A-Z][A-Z0-9]*)_HOME$/.exec(name)?.[1]?.toLowerCase();
  if (program === undefined || path === undefined) return undefined;
  for (const folder of path.split(delimiter)) {
    const file = join(folder, program);
    if (!folder.startsWith('/') || !isProgram(file)) continue;
    for (const place of [realpathSync(file), file]) {
      const home = dirname(dirname(place));
      if (basename(dirname(place)) === 'bin' && isProgram(join(home, 'bin', program))) return home;
    }
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
