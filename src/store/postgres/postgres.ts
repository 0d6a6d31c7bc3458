import type { DatabaseDriver } from '../database-driver.ts';

export const postgres: DatabaseDriver = {
  address: /^postgres(ql)?:\/\//,
  open: async (address, options) => (await import('./open-postgres-store.ts')).openPostgresStore(address, options),
};
