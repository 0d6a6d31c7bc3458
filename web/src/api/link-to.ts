import { readAddress } from '../../../src/api/address.ts';
import { addresses } from '../../../src/api/addresses.ts';
import { addressOf } from '../../../src/api/request-parts.ts';
import { basePath } from './base-path.ts';

const link = (line: string, params: Readonly<Record<string, string>>): string =>
  basePath + addressOf(readAddress(line), { params });

/** What the browser fetches by itself, to be kept as a file. */
export const linkTo = {
  patch: (id: string) => link(addresses.plugins.exportPatch, { id }),
  plan: (id: string) => link(addresses.plans.downloadPlan, { id }),
  artefact: (id: string, name: string) => link(addresses.runs.readArtefact, { id, name }),
};
