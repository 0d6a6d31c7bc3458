import { join } from 'node:path';
import { LockstepError, problemOf } from '../../failure/index.ts';
import type { ResolvedTarget, TargetFailure } from '../recipe/resolved-target.ts';
import type { Output } from './build-outputs.ts';
import type { BuildOptions, BuildSite } from './build-report.ts';
import type { PackJob, PackNode } from './pack-target.ts';
import type { Packers } from './packers.ts';

interface Packing {
  readonly site: BuildSite;
  readonly options: BuildOptions;
  readonly packers: Packers;
}

/** Packs every target that is pending, in their order in the report. Throws `disk-full`; other failures are a target's own. */
export async function packAll(
  pending: readonly ResolvedTarget[],
  { site, options, packers }: Packing,
): Promise<{ made: Map<string, Output>; failed: TargetFailure[] }> {
  const outputs = new Map<string, Output | LockstepError>();
  const targets = new Map(pending.map((target) => [target.tree.pluginId, target]));
  let done = 0;
  await packers.pack(
    pending.map((target) => jobOf(target, site)),
    ({ pluginId, folder }, outcome) => {
      const target = targets.get(pluginId)!;
      done += 1;
      if ('packed' in outcome) {
        outputs.set(pluginId, { ...describeOutput(target), ...outcome.packed, inputs: target.inputs, folder });
      } else {
        const { code, message, details } = outcome.error;
        outputs.set(pluginId, new LockstepError(code, message, details));
      }
      options.onProgress?.(done, pending.length, pluginId);
    },
  );
  const made = new Map<string, Output>();
  const failed: TargetFailure[] = [];
  for (const { family, target, tree } of pending) {
    const { pluginId } = tree;
    const output = outputs.get(pluginId)!;
    if (!(output instanceof LockstepError)) made.set(pluginId, output);
    else if (output.code === 'disk-full') throw output;
    else failed.push({ family: family.name, target: target.id, pluginId, problem: problemOf(output) });
  }
  return { made, failed };
}

function jobOf({ tree: { pluginId, nodes }, facts }: ResolvedTarget, { out, folders }: BuildSite): PackJob {
  let size = 0;
  const packed = Array.from(nodes, ([path, node]): PackNode => {
    if (node.kind === 'directory') return { path, kind: 'directory' };
    if (node.kind === 'link') return { path, kind: 'link', target: node.target };
    const from = node.content.kind === 'source' ? node.content.full : node.content.bytes();
    const bytes = node.content.kind === 'source' ? node.content.size : from.length;
    size += bytes;
    return { path, kind: 'file', mode: node.mode, size: bytes, from };
  });
  return { pluginId, packageName: facts.packageName, out, folder: join(folders, pluginId), nodes: packed, size };
}

function describeOutput({ family, target, tree, facts }: ResolvedTarget) {
  const { version, stepVersion, info, digest, packageName } = facts;
  const names = { family: family.name, target: target.id, pluginId: tree.pluginId };
  return { ...names, version, stepVersion, info, digest, filename: packageName };
}
