import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parsePluginXml } from '../../plugin/index.ts';
import { agentNames } from './agent-names.ts';
import { commandLine } from './command-line.ts';
import { allowedEnvironment } from './step-environment.ts';

const corpus = fileURLToPath(new URL('../../../../shared/corpus/step-plugins', import.meta.url));
// an agent that was given nothing: what it knows is what it was started with
const started = { PATH: '/usr/bin', GROOVY_HOME: '/opt/groovy', AWS_SECRET_ACCESS_KEY: 'x' };
const agent = agentNames({ properties: {}, environment: allowedEnvironment(started) });
const variables = { PLUGIN_HOME: '/p', PLUGIN_INPUT_PROPS: '/in', PLUGIN_OUTPUT_PROPS: '/out', AGENT_HOME: '/a' };

describe.skipIf(!existsSync(corpus))('every command line of published plugins (skipped without the corpus)', () => {
  it('is resolved by an agent that knows nothing but its environment, in each way to name it', () => {
    let lines = 0;
    for (const plugin of existsSync(corpus) ? readdirSync(corpus) : [])
      for (const version of readdirSync(join(corpus, plugin))) {
        const text = readFileSync(join(corpus, plugin, version, 'plugin.xml'), 'utf8').replace(/"@\w+@"/g, '"1"');
        if (text.includes('<<<<<<<')) continue;
        for (const name of [
          'GROOVY_HOME',
          'agent:GROOVY_HOME',
          'agent:env/GROOVY_HOME',
          'env/GROOVY_HOME',
          'p:agent/GROOVY_HOME',
        ]) {
          const written = text.replaceAll('${GROOVY_HOME}', `\${${name}}`);
          for (const { name: step, command } of parsePluginXml(written, 'plugin.xml').definition.stepTypes) {
            const words = commandLine(command!, { pluginHome: '/p', variables, agent, properties: {}, node: '/node' });
            expect(words.join(' '), `${plugin} ${version} ${step}`).not.toContain('${');
            expect(words[0]).toBe('/opt/groovy/bin/groovy');
            lines++;
          }
        }
      }
    expect(lines).toBeGreaterThan(4000);
  });
});
