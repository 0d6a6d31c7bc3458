import type { careRoutes } from '../../api/care.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { examineData } from './examine-data.ts';

export function careActs({ config }: Services): Acts<typeof careRoutes> {
  return {
    examine: () => examineData({ data: config.data, database: config.database ?? undefined, key: config.runs.key }),
  };
}
