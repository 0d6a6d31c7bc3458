import { runStates } from '../../store/index-states.ts';
import type { CommandDeclaration, OptionDeclaration } from '../command.ts';

const property: OptionDeclaration = {
  flags: '--property <name=value>',
  description: 'for ${agent:NAME}, ${GROOVY_HOME} and the like',
  repeatable: true,
};
const environment: OptionDeclaration = {
  flags: '--environment <name>',
  description: 'a further environment variable that steps may see; * for any letters',
  repeatable: true,
};
const run = { name: '<run>', description: 'id of the run' } as const;

/** Processes being executed, and the agents that do it. */
export const runCommands: readonly CommandDeclaration[] = [
  {
    name: 'run',
    summary: 'Request a process and follow it; without a server its steps are executed here',
    arguments: [{ name: '<process>', description: 'name, owner/name or id' }],
    options: [
      {
        flags: '--set <name=value>',
        description: 'a value that is asked for: a property, or Activity/property',
        repeatable: true,
      },
      { flags: '--keep', description: 'keep the values in the process, as a new version of it' },
      { flags: '--label <label>', description: 'only agents with this label', repeatable: true },
      { flags: '--detach', description: 'do not wait for its end (with a server)' },
      { ...property, description: `${property.description} (without a server)` },
      { ...environment, description: `${environment.description} (without a server)` },
    ],
    examples: [
      `lockstep run "Restart at night" --set phone=tel-17`,
      `lockstep run "Configure and tell" --set phone=tel-17 --set 'Tell/text=It is done' --json`,
      'lockstep run "Restart at night" --set phone=tel-17 --detach --server http://127.0.0.1:8667',
    ],
    data: 'change',
    load: async () => (await import('./run/request.ts')).requestRun,
  },
  {
    name: 'run watch',
    summary: 'Follow a run to its end; without a server also execute what is left of it',
    arguments: [run],
    examples: ['lockstep run watch mf3k2p9q1a2b3c4d'],
    data: 'change',
    load: async () => (await import('./run/request.ts')).watchRun,
  },
  {
    name: 'run list',
    summary: 'Runs, newest first',
    options: [
      { flags: '--process <process>', description: 'of this process' },
      {
        flags: '--state <state>',
        description: 'in this state',
        choices: [...runStates],
      },
      { flags: '--limit <number>', description: 'at most so many (default 20)' },
    ],
    examples: ['lockstep run list --state failed'],
    data: 'read',
    load: async () => (await import('./run/inspect.ts')).listRuns,
  },
  {
    name: 'run show',
    summary: 'One run with its steps',
    arguments: [run],
    options: [{ flags: '--history', description: 'with everything that happened' }],
    examples: ['lockstep run show mf3k2p9q1a2b3c4d --history'],
    data: 'read',
    load: async () => (await import('./run/inspect.ts')).showRun,
  },
  {
    name: 'run log',
    summary: 'What the steps of a run printed',
    arguments: [run, { name: '[activity]', description: 'one step, such as Deploy or Each#2/Deploy' }],
    examples: ['lockstep run log mf3k2p9q1a2b3c4d Restart'],
    data: 'read',
    load: async () => (await import('./run/inspect.ts')).showLog,
  },
  {
    name: 'run artefacts',
    summary: 'Files that the steps of a run left; one of them is fetched with --output',
    arguments: [run, { name: '[name]', description: 'one file, such as Build/report.html' }],
    options: [{ flags: '--output <file>', description: 'where the file is written' }],
    examples: [
      'lockstep run artefacts mf3k2p9q1a2b3c4d',
      'lockstep run artefacts mf3k2p9q1a2b3c4d Build/report.html --output report.html',
    ],
    data: 'read',
    load: async () => (await import('./run/artefacts.ts')).runArtefacts,
  },
  {
    name: 'run retry',
    summary: 'Go on from the steps that failed, or from others',
    arguments: [run],
    options: [{ flags: '--from <activity>', description: 'begin again at this activity', repeatable: true }],
    examples: ['lockstep run retry mf3k2p9q1a2b3c4d', 'lockstep run retry mf3k2p9q1a2b3c4d --from Restart'],
    data: 'change',
    load: async () => (await import('./run/request.ts')).retryRun,
  },
  {
    name: 'run cancel',
    summary: 'Stop a run',
    arguments: [run],
    examples: ['lockstep run cancel mf3k2p9q1a2b3c4d'],
    data: 'change',
    load: async () => (await import('./run/inspect.ts')).cancelRun,
  },
  {
    name: 'run answer',
    summary: 'Answer a manual task, or say what became of an uncertain step',
    arguments: [run, { name: '<activity>', description: 'the activity that asks' }],
    options: [
      { flags: '--success', description: 'it is done, or approved' },
      { flags: '--failure', description: 'it was not done, or is declined' },
      { flags: '--repeat', description: 'do the uncertain step again' },
    ],
    examples: ['lockstep run answer mf3k2p9q1a2b3c4d Approve --success'],
    data: 'change',
    load: async () => (await import('./run/inspect.ts')).answerRun,
  },
  {
    name: 'run sweep',
    summary: 'Delete old ended runs with their history and logs',
    options: [
      { flags: '--days <number>', description: 'older than so many days (default 90)' },
      { flags: '--keep <number>', description: 'so many of each process stay, however old (default 20)' },
    ],
    examples: ['lockstep run sweep --days 30 --keep 5'],
    data: 'change',
    load: async () => (await import('./run/inspect.ts')).sweepRuns,
  },
  {
    name: 'agent',
    summary: 'Execute steps for a server, from any machine',
    options: [
      { flags: '--server <url>', description: 'the server that it works for (LOCKSTEP_SERVER)' },
      {
        flags: '--token-file <file>',
        description: 'holds a token for this agent: `token create … --agent NAME` (LOCKSTEP_TOKEN)',
      },
      {
        flags: '--name <name>',
        description: 'how the server calls it (default: as its token says, else this machine and a number)',
      },
      {
        flags: '--label <label>',
        description: 'what it is good for (default: what its token allows)',
        repeatable: true,
      },
      property,
      environment,
      { flags: '--slots <number>', description: 'steps at once (default 4)' },
      {
        flags: '--home <dir>',
        description:
          'its folder, which no other agent uses (default ./lockstep-agent, with --name ./lockstep-agent-NAME)',
      },
    ],
    examples: [
      'lockstep agent --server https://lockstep.example.org --token-file /etc/lockstep/agent.token',
      'lockstep agent --server http://127.0.0.1:8667 --token-file token --label linux --property GROOVY_HOME=/opt/groovy',
    ],
    load: async () => (await import('./run/agent.ts')).runAgent,
  },
  {
    name: 'agent list',
    summary: 'Agents and what they do',
    examples: ['lockstep agent list'],
    data: 'read',
    load: async () => (await import('./run/agent.ts')).listAgents,
  },
  {
    name: 'agent drain',
    summary: 'Give an agent nothing new; it finishes what it does',
    arguments: [{ name: '<agent>', description: 'its name' }],
    options: [{ flags: '--undo', description: 'give it work again' }],
    examples: ['lockstep agent drain build-7'],
    data: 'change',
    load: async () => (await import('./run/agent.ts')).drainAgent,
  },
];
