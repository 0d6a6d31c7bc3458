import type { Imported } from '../../api/processes.ts';
import { type Catalogue, importProcesses } from '../../catalogue/index.ts';
import { readExport } from '../../process/index.ts';
import type { UploadedFile } from '../act.ts';
import { plainProblem } from './plain-problem.ts';

/** Imports exports one after the other, once all of them can be read. */
export async function importFiles(
  catalogue: Catalogue,
  files: readonly UploadedFile[],
  { why, onVersion }: { readonly why: string | undefined; onVersion(id: string, version: number): void },
): Promise<Imported> {
  const imported: Imported = { created: [], changed: [], unchanged: 0, unresolved: [], problems: [] };
  const exports = files.map(({ name, bytes }) => ({ file: name, text: Buffer.from(bytes).toString('utf8') }));
  for (const { file, text } of exports) readExport(text, file);
  for (const one of exports) {
    const result = await importProcesses(catalogue, { ...one, ...(why !== undefined && { why }) });
    for (const { id, name, version, outcome } of result.processes) {
      if (outcome === 'added') imported.created.push({ id, name });
      else if (outcome === 'changed') imported.changed.push({ id, name, version });
      else imported.unchanged += 1;
      if (outcome !== 'unchanged') onVersion(id, version);
    }
    for (const { pluginName, version, missing, processes } of result.unresolved) {
      const plugin = { plugin: `${pluginName} ${version}`, pluginName, pluginVersion: version, missing };
      for (const { name } of processes) imported.unresolved.push({ name, ...plugin });
    }
    imported.problems.push(...result.problems.map(plainProblem));
  }
  return imported;
}
