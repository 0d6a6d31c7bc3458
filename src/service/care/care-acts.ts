import type { careRoutes } from '../../api/care.ts';
import { LockstepError, type Problem } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { examineData } from './examine-data.ts';
import { examineSecurity } from './examine-security.ts';

export function careActs(services: Services): Acts<typeof careRoutes> {
  const { config, openId } = services;
  return {
    examine: async () => {
      const found = await examineData({
        data: config.data,
        database: config.database ?? undefined,
        key: config.runs.key,
      });
      return { ...found, problems: [...found.problems, ...(await examineProvider(openId))] };
    },
    examineSecurity: async () =>
      examineSecurity({ config, builtIn: await services.builtIn.state(), now: system.clock.now() }),
  };
}

/** Whoever signs in elsewhere cannot while that does not answer. */
async function examineProvider(openId: Services['openId']): Promise<Problem[]> {
  try {
    await openId?.reach();
    return [];
  } catch (thrown) {
    if (!(thrown instanceof LockstepError)) throw thrown;
    const { code, message, hint } = thrown;
    return [{ code, severity: 'error', message, ...(hint !== undefined && { hint }) }];
  }
}
