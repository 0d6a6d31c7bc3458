/** Faults for the simulator to find: what stands in a source file, and what is put in its place while it is loaded. */
export interface PlantedFault {
  readonly name: string;
  /** Which of the worlds it is in: the remainder of its seeds by their number. */
  readonly world: 0 | 1 | 2 | 3;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'a compare-and-swap of the index without its version',
    world: 1,
    file: 'src/repository/s3-storage.ts',
    from: "expected === null ? { IfNoneMatch: '*' } : { IfMatch: expected }",
    to: '{}',
  },
  {
    name: 'a save that does not look at the version that was edited',
    world: 0,
    file: 'src/catalogue/process/save-process.ts',
    from: 'row.version !== expectedVersion',
    to: 'row.version < 0',
  },
  {
    name: 'a lock that everybody gets',
    world: 1,
    file: 'src/repository/folder-lock.ts',
    from: 'return disk.lock(file);',
    to: 'return disk.lock(file) ?? { release: () => {} };',
  },
  {
    name: 'a lease by the wall clock',
    world: 1,
    file: 'src/repository/s3-lock.ts',
    from: 'clock.monotonic() - seen.since > object.lease',
    to: 'clock.now().getTime() - 1893456000000 - seen.since > object.lease',
  },
  {
    name: 'the index before its packages',
    world: 1,
    file: 'src/repository/publish.ts',
    from: 'index.set(entry.id, await placePackage(store, state, entry, content, mayDiffer));',
    to: 'index.set(entry.id, entry); void new Promise((later) => setImmediate(later)).then(() => placePackage(store, state, entry, content, mayDiffer)).catch(() => {});',
  },
  {
    name: 'the answer before the commit of the index',
    world: 1,
    file: 'src/repository/change-channel.ts',
    from: 'await storage.replace(files.index, bytes, current.version);',
    to: 'void storage.replace(files.index, bytes, current.version).catch(() => {});',
  },
  {
    name: 'what a killed publisher left is not finished',
    world: 1,
    file: 'src/repository/change-channel.ts',
    from: 'await recover(store, channel, files, options.who);',
    to: '',
  },
  {
    name: 'an index that is written in its place',
    world: 1,
    file: 'src/repository/folder-storage.ts',
    from: 'await disk.rename(staged, target);',
    to: 'await disk.remove(staged); await absentAs(undefined, disk.remove(target)); await disk.create(target, bytes);',
  },
  {
    name: 'a new name that is answered before it is on the disk',
    world: 1,
    file: 'src/repository/folder-storage.ts',
    from: 'await disk.syncFolder(dirname(target));',
    to: '',
  },
  {
    name: 'a chunk whose completion is a transaction of its own',
    world: 0,
    file: 'src/catalogue/plan/apply-chunk.ts',
    from: 'await complete(tx, job, decisions);',
    to: 'void catalogue.store.transaction((other) => complete(other, job, decisions)).catch(() => {});',
  },
  {
    name: 'an undo over an edit',
    world: 0,
    file: 'src/catalogue/plan/undo-decision.ts',
    from: 'if (row.current === row.applied) {',
    to: 'if (row.current !== row.before) {',
  },
  {
    name: 'a pause that is not looked at',
    world: 0,
    file: 'src/catalogue/plan/apply-plan.ts',
    from: 'resting = !(await isApplying(catalogue, plan.id));',
    to: 'resting = false && !(await isApplying(catalogue, plan.id));',
  },
  {
    name: 'a plan that is called applied while processes are left',
    world: 0,
    file: 'src/catalogue/plan/apply-plan.ts',
    from: '|| pending + open > 0) return false;',
    to: '|| pending + open > 1) return false;',
  },
  {
    name: 'an end of a step under whatever lease there is',
    world: 2,
    file: 'src/run/desk/complete-step.ts',
    from: 'const { id, fence } = step;',
    to: "const { id } = step; const fence = Number((await desk.engine.options.store.db.selectFrom('run_step').select('fence').where('step_id', '=', id).executeTakeFirst())?.fence);",
  },
  {
    name: 'a start that does not look at the lease',
    world: 2,
    file: 'src/run/desk/report-step.ts',
    from: ".where('fence', '=', fence)\n      .where('state', 'in', ['claimed', 'running'])\n      .where('cancel', '=', 0)",
    to: ".where('state', 'in', ['claimed', 'running'])\n      .where('cancel', '=', 0)",
  },
  {
    name: 'a late answer that begins a step',
    world: 2,
    file: 'src/run/agent/start-agent.ts',
    from: 'clock.monotonic() - asked > this.#beat',
    to: 'clock.monotonic() < asked',
  },
  {
    name: 'a lease on a step by the wall clock alone',
    world: 2,
    file: 'src/run/run-upkeep.ts',
    from: '!heard.recently(stepHeard(step.step_id, Number(step.fence)))',
    to: 'heard !== null',
  },
  {
    name: 'a step that is repeated without asking',
    world: 2,
    file: 'src/run/run-upkeep.ts',
    from: "const again = step.state === 'claimed' || (Number(step.repeatable) === 1 && !step.cancel);",
    to: 'const again = true;',
  },
  {
    name: 'a change of a run without its revision',
    world: 2,
    file: 'src/run/engine/write-decision.ts',
    from: ".where('run_id', '=', runId)\n    .where('revision', '=', revision)",
    to: ".where('run_id', '=', runId)",
  },
  {
    name: 'a cancelled step that only memory knows of',
    world: 2,
    file: 'src/run/run-upkeep.ts',
    from: 'await endCancelled(engine);',
    to: '',
  },
  {
    name: 'a retry inside of a lock without the lock',
    world: 2,
    file: 'src/run/machine/retry.ts',
    from: 'takeLocksAgain(context);',
    to: '',
  },
  {
    name: 'what a dead agent sent is taken for its successor’s',
    world: 2,
    file: 'src/run/desk/register-agent.ts',
    from: 'return !(lifeOf(agent.instance) < lifeOf(former.instance));',
    to: 'return true;',
  },
  {
    name: 'what another server changed is followed where a message says so, and not else',
    world: 3,
    file: 'src/service/together/hear-others.ts',
    from: 'clock.every(lookAgain, () => void look().catch(() => {})),',
    to: '',
  },
  {
    name: 'long work elsewhere is stopped by a message alone',
    world: 3,
    file: 'src/service/together/hear-others.ts',
    from: 'await operations.heed();',
    to: '',
  },
  {
    name: 'settings that are away while they are read again',
    world: 3,
    file: 'src/host/settings.ts',
    from: 'const rows = await this.#stored();\n    // at one go',
    to: 'for (const name of settingNames) this.#values.delete(name);\n    const rows = await this.#stored();\n    // at one go',
  },
  {
    name: 'a server that is silent by the wall clock',
    world: 3,
    file: 'src/service/together/shared-operations.ts',
    from: 'return now - known.since > silence;',
    to: 'return this.#clock.now().getTime() - Date.parse(sign) > silence;',
  },
];
