// Loaded before everything else: puts a planted fault into the source that is named in the environment.
import { registerHooks } from 'node:module';
import { plantedFaults } from './planted-faults.ts';

const fault = plantedFaults[Number(process.env['LOCKSTEP_PLANTED'])];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!fault || !url.endsWith(`/${fault.file}`)) return loaded;
    const source = String(loaded.source);
    if (!source.includes(fault.from))
      throw new Error(`${fault.file} does not have what is to be spoilt: ${fault.from}`);
    return { ...loaded, source: source.replaceAll(fault.from, fault.to) };
  },
});
