import type { gateRoutes } from '../../api/gate.ts';
import { declaredSuccessors } from '../../catalogue/index.ts';
import { lifecycleFindings } from '../../upgrade/index.ts';
import type { Acts } from '../act.ts';
import { uploadedPlugin } from '../plugins/uploaded-plugin.ts';
import type { Services } from '../services.ts';
import { planInMemory } from './plan-in-memory.ts';
import { telephoneGate } from './telephone-gate.ts';

export function gateActs(services: Services): Acts<typeof gateRoutes> {
  return {
    compareTelephones: ({ body }) => telephoneGate(services.served.repository, body),
    passGate: async ({ files, actor, query }) => {
      const sent = await uploadedPlugin(files[0]!);
      if (!sent) return { plugin: null, totals: null, errors: 0, clean: true };
      const { definition, upgradeFile } = sent;
      const { plan } = await planInMemory(services, actor.name, definition, upgradeFile, { dialect: query.for });
      // where its successor leads is known here alone
      const ends = lifecycleFindings(definition, await declaredSuccessors(services.store.db));
      const errors = [...plan.problems, ...ends].filter(({ severity }) => severity === 'error').length;
      return {
        plugin: { id: definition.id, version: definition.version },
        totals: plan.totals,
        errors,
        clean: errors === 0 && plan.totals.questions === 0,
      };
    },
  };
}
