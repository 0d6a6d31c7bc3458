/** Faults for the simulator to find: what stands in a source file, and what is put in its place while it is loaded. */
export interface PlantedFault {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'a compare-and-swap of the index without its version',
    file: 'src/repository/s3-storage.ts',
    from: "expected === null ? { IfNoneMatch: '*' } : { IfMatch: expected }",
    to: '{}',
  },
  {
    name: 'a save that does not look at the version that was edited',
    file: 'src/catalogue/process/save-process.ts',
    from: 'row.version !== expectedVersion',
    to: 'row.version < 0',
  },
  {
    name: 'a lock that everybody gets',
    file: 'src/repository/folder-lock.ts',
    from: 'return disk.lock(file);',
    to: 'return disk.lock(file) ?? { release: () => {} };',
  },
  {
    name: 'a lease by the wall clock',
    file: 'src/repository/s3-lock.ts',
    from: 'clock.monotonic() - seen.since > object.lease',
    to: 'clock.now().getTime() - 1893456000000 - seen.since > object.lease',
  },
  {
    name: 'the index before its packages',
    file: 'src/repository/publish.ts',
    from: 'index.set(entry.id, await placePackage(store, state, entry, content, mayDiffer(channel, request)));',
    to: 'index.set(entry.id, entry); void new Promise((later) => setImmediate(later)).then(() => placePackage(store, state, entry, content, mayDiffer(channel, request))).catch(() => {});',
  },
  {
    name: 'the answer before the commit of the index',
    file: 'src/repository/change-channel.ts',
    from: 'await storage.replace(files.index, bytes, current.version);',
    to: 'void storage.replace(files.index, bytes, current.version).catch(() => {});',
  },
  {
    name: 'what a killed publisher left is not finished',
    file: 'src/repository/change-channel.ts',
    from: 'await recover(store, channel, files, options.who);',
    to: '',
  },
  {
    name: 'an index that is written in its place',
    file: 'src/repository/folder-storage.ts',
    from: 'await disk.rename(staged, target);',
    to: 'await disk.remove(staged); await absentAs(undefined, disk.remove(target)); await disk.create(target, bytes);',
  },
  {
    name: 'a new name that is answered before it is on the disk',
    file: 'src/repository/folder-storage.ts',
    from: 'await disk.syncFolder(dirname(target));',
    to: '',
  },
  {
    name: 'clearing away without the lock',
    file: 'src/repository/collect-garbage.ts',
    from: 'const lock = await storage.lock(files.lock, { who: request.who, signal: request.signal, timeout: lockTimeout });',
    to: 'const lock = { release: async () => {}, lockTimeout };',
  },
  {
    name: 'a chunk whose completion is a transaction of its own',
    file: 'src/catalogue/plan/apply-chunk.ts',
    from: 'await complete(tx, job, decisions);',
    to: 'void catalogue.store.transaction((other) => complete(other, job, decisions)).catch(() => {});',
  },
  {
    name: 'an undo over an edit',
    file: 'src/catalogue/plan/undo-decision.ts',
    from: 'if (row.current === row.applied) {',
    to: 'if (row.current !== row.before) {',
  },
  {
    name: 'a pause that is not looked at',
    file: 'src/catalogue/plan/apply-plan.ts',
    from: 'resting = !(await isApplying(catalogue, plan.id));',
    to: 'resting = false && !(await isApplying(catalogue, plan.id));',
  },
  {
    name: 'a plan that is called applied while processes are left',
    file: 'src/catalogue/plan/apply-plan.ts',
    from: '|| pending + open > 0) return false;',
    to: '|| pending + open > 1) return false;',
  },
];
