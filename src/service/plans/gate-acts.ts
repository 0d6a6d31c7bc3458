import type { gateRoutes } from '../../api/gate.ts';
import { fileAt, readPackage } from '../../package/index.ts';
import { parseLifecycleXml, parsePluginXml, parseUpgradeXml } from '../../plugin/index.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { planInMemory } from './plan-in-memory.ts';

export function gateActs(services: Services): Acts<typeof gateRoutes> {
  return {
    passGate: async ({ files, actor, query }) => {
      const [file] = files;
      const tree = await readPackage(file!.bytes, { name: file!.name });
      const text = (path: string) => {
        const bytes = fileAt(tree, path);
        return bytes ? Buffer.from(bytes).toString('utf8') : null;
      };
      const pluginXml = text('plugin.xml');
      // a plugin without step types is in no process
      if (pluginXml === null) return { plugin: null, totals: null, errors: 0, clean: true };
      const plain = parsePluginXml(pluginXml, 'plugin.xml').definition;
      const lifecycle = text('lifecycle.xml');
      const { definition } =
        lifecycle === null ? { definition: plain } : parseLifecycleXml(lifecycle, 'lifecycle.xml', plain);
      const upgradeXml = text('upgrade.xml');
      const upgradeFile = upgradeXml === null ? null : parseUpgradeXml(upgradeXml, 'upgrade.xml').upgradeFile;
      const { plan } = await planInMemory(services, actor.name, definition, upgradeFile, { dialect: query.for });
      const errors = plan.problems.filter(({ severity }) => severity === 'error').length;
      return {
        plugin: { id: definition.id, version: definition.version },
        totals: plan.totals,
        errors,
        clean: errors === 0 && plan.totals.questions === 0,
      };
    },
  };
}
