import type { careRoutes } from '../../api/care.ts';
import { LockstepError, type Problem } from '../../failure/index.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { examineData } from './examine-data.ts';

export function careActs({ config, openId }: Services): Acts<typeof careRoutes> {
  return {
    examine: async () => {
      const found = await examineData({
        data: config.data,
        database: config.database ?? undefined,
        key: config.runs.key,
      });
      return { ...found, problems: [...found.problems, ...(await examineProvider(openId))] };
    },
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
