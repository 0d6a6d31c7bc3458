import { parsePluginXml } from '../../src/plugin/index.ts';
import type { ProcessDocument } from '../../src/process/index.ts';
import type { PluginSource, ProcessSource } from '../../src/run/index.ts';

type Activity = ProcessDocument['rootActivity'];
type Edge = NonNullable<Activity['edges']>[number];

const { definition } = parsePluginXml(
  `<?xml version="1.0"?><plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header>
    <identifier id="org.example.work" name="Work" version="1"/><description>Work</description><tag>Examples</tag></header>
    <step-type name="Do"><description/><properties/><command program="do"/></step-type></plugin>`,
  'plugin.xml',
);
const digest = 'd'.repeat(64);

/** The one plugin of this world: its step is done by the world itself. */
export const plugins: PluginSource = {
  find: async () => ({ id: definition.id, version: 1, digest, definition }),
  folder: async () => '/plugin',
};

function step(name: string, fields: Readonly<Record<string, unknown>> = {}): Activity {
  const use = { pluginName: 'Work', pluginVersion: 1, commandName: 'Do', properties: {} };
  return { type: 'plugin', name, ...use, children: [], ...fields } as Activity;
}

function graph(children: readonly Activity[], edges: readonly Edge[]): Activity {
  return { type: 'graph', name: 'g', children, edges } as Activity;
}

function inARow(...children: readonly Activity[]): Activity {
  const edges = children.map(({ name }, at): Edge => {
    const before = children[at - 1];
    return before ? { from: before.name, to: name, type: 'SUCCESS' } : { to: name, type: 'ALWAYS' };
  });
  return graph(children, edges);
}

const lock = { type: 'acquireLock', name: 'lock', lockName: 'the only one', children: [] } as Activity;
const unlock = { type: 'releaseLock', name: 'unlock', lockName: 'the only one', children: [] } as Activity;

/** Of each kind of activity that waits for something, one at least. */
const roots: readonly Activity[] = [
  inARow(step('first', { repeatable: 'true' }), step('second'), step('third')),
  inARow(lock, step('alone'), unlock),
  graph(
    [
      step('first'),
      step('left', { repeatable: 'true' }),
      step('right'),
      { type: 'join', name: 'both' } as Activity,
      step('last'),
    ],
    [
      { to: 'first', type: 'ALWAYS' },
      { from: 'first', to: 'left', type: 'SUCCESS' },
      { from: 'first', to: 'right', type: 'SUCCESS' },
      { from: 'left', to: 'both', type: 'ALWAYS' },
      { from: 'right', to: 'both', type: 'ALWAYS' },
      { from: 'both', to: 'last', type: 'SUCCESS' },
    ],
  ),
  inARow(
    step('first'),
    { type: 'processSleep', name: 'rest', sleepTime: '5' } as unknown as Activity,
    lock,
    step('alone'),
    unlock,
  ),
  inARow({
    ...{ type: 'componentIterator', name: 'each', items: 'x,y,z', maxIteration: '2' },
    ...{ children: [step('inner')], edges: [{ to: 'inner', type: 'ALWAYS' }] },
  } as unknown as Activity),
  inARow(step('first'), { type: 'manualTask', name: 'ask', children: [] } as unknown as Activity, step('last')),
];

const documents = roots.map((rootActivity, at): ProcessDocument => ({ name: `Process ${at + 1}`, rootActivity }));

export const processCount = documents.length;

/** Processes that nobody changes. */
export const processes: ProcessSource = {
  load: async (processId) => {
    const document = documents[Number(processId) - 1]!;
    return { pin: { processId, version: 1, name: document.name }, document };
  },
  find: async () => null,
};
