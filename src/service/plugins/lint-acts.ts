import type { LintReport, lintRoutes } from '../../api/lint.ts';
import { declaredSuccessors } from '../../catalogue/index.ts';
import { LockstepError, type Problem } from '../../failure/index.ts';
import { fileAt, readPackage } from '../../package/index.ts';
import {
  type PluginDefinition,
  parseLifecycleXml,
  parsePluginXml,
  parseUpgradeXml,
  type UpgradeFile,
} from '../../plugin/index.ts';
import { type DialectName, dialectFor, lintPlugin, proposeUpgrade } from '../../upgrade/index.ts';
import type { Acts, Given, UploadedFile } from '../act.ts';
import { planInMemory } from '../plans/plan-in-memory.ts';
import type { Services } from '../services.ts';

/** One uploaded side: its texts and what could be read of them. */
interface Side {
  readonly definition: PluginDefinition | null;
  readonly upgradeFile: UpgradeFile | LockstepError | null;
  readonly upgradeText: string | null;
  readonly problems: readonly Problem[];
  readonly files: { name: string; text: string }[];
}

export function lintActs(services: Services): Acts<typeof lintRoutes> {
  return {
    lintPackages: async ({ files, actor, query }) => {
      const old = await readSide('old', files);
      const now = await readSide('new', files);
      const { definition } = now;
      const findings = [...old.problems.filter(({ severity }) => severity === 'error'), ...now.problems];
      const report = { files: [...old.files, ...now.files], findings };
      if (!definition)
        return { plugin: null, from: null, to: null, for: null, proposed: null, effect: null, ...report };
      const dialect = dialectFor({ chosen: query.for ?? null, configured: services.config.dialect }, definition);
      const others = await declaredSuccessors(services.store.db);
      findings.push(
        ...lintPlugin({ definition, upgradeFile: now.upgradeFile, previous: old.definition, dialect, others }),
      );
      const proposal = old.definition
        ? proposeUpgrade(
            old.definition,
            definition,
            now.upgradeText !== null && !(now.upgradeFile instanceof LockstepError)
              ? { text: now.upgradeText, file: 'new/upgrade.xml' }
              : undefined,
          )
        : null;
      const uploaded = now.upgradeFile instanceof LockstepError ? null : now.upgradeFile;
      const proposed = proposal && parseUpgradeXml(proposal.xml, 'proposed upgrade.xml').upgradeFile;
      const useProposed = uploaded === null && proposed !== null;
      return {
        plugin: { id: definition.id, name: definition.name },
        from: old.definition?.version ?? null,
        to: definition.version,
        for: dialect.name,
        ...report,
        proposed: proposal && { upgradeXml: proposal.xml, guesses: proposal.guesses.map(({ message }) => message) },
        effect: old.definition
          ? await effectHere(
              services,
              actor.name,
              [old.definition, definition],
              useProposed ? proposed : uploaded,
              useProposed,
              dialect.name,
            )
          : null,
      };
    },
  };
}

async function readSide(field: 'old' | 'new', files: readonly UploadedFile[]): Promise<Side> {
  const file = files.find((one) => one.field === field)!;
  const read = async (path: string): Promise<string | null> => {
    // a bare plugin.xml is welcome too
    if (/\.xml$/i.test(file.name)) return path === 'plugin.xml' ? Buffer.from(file.bytes).toString('utf8') : null;
    const bytes = fileAt(await readPackage(file.bytes, { name: file.name }), path);
    return bytes ? Buffer.from(bytes).toString('utf8') : null;
  };
  const pluginText = await read('plugin.xml');
  const upgradeText = await read('upgrade.xml');
  const side = { definition: null, upgradeFile: null, upgradeText, problems: [], files: [] } as {
    -readonly [K in keyof Side]: Side[K];
  };
  const problems: Problem[] = [];
  if (pluginText === null) {
    problems.push({
      code: 'plugin-not-valid',
      severity: 'error',
      message: `${file.name} has no plugin.xml.`,
      hint: 'Upload the package of a plugin with step types.',
    });
    return { ...side, problems };
  }
  side.files.push({ name: `${field}/plugin.xml`, text: pluginText });
  if (upgradeText !== null) side.files.push({ name: `${field}/upgrade.xml`, text: upgradeText });
  try {
    const reading = parsePluginXml(pluginText, `${field}/plugin.xml`);
    side.definition = reading.definition;
    problems.push(...reading.problems);
    const lifecycleText = await read('lifecycle.xml');
    if (lifecycleText !== null) {
      side.files.push({ name: `${field}/lifecycle.xml`, text: lifecycleText });
      const lifecycle = parseLifecycleXml(lifecycleText, `${field}/lifecycle.xml`, reading.definition);
      side.definition = lifecycle.definition;
      problems.push(...lifecycle.problems);
    }
  } catch (thrown) {
    problems.push(asProblem(thrown));
  }
  if (upgradeText !== null) {
    try {
      const reading = parseUpgradeXml(upgradeText, `${field}/upgrade.xml`);
      side.upgradeFile = reading.upgradeFile;
      problems.push(...reading.problems);
    } catch (thrown) {
      if (!(thrown instanceof LockstepError)) throw thrown;
      side.upgradeFile = thrown;
    }
  }
  return { ...side, problems };
}

function asProblem(thrown: unknown): Problem {
  if (!(thrown instanceof LockstepError)) throw thrown;
  const { code, message, hint, where } = thrown;
  return { code, severity: 'error', message, ...(hint !== undefined && { hint }), ...(where && { where }) };
}

/** Plans the uploaded version over the processes here, in memory: nothing is stored. */
async function effectHere(
  services: Services,
  user: string,
  definitions: readonly [PluginDefinition, PluginDefinition],
  upgradeFile: UpgradeFile | null,
  useProposed: boolean,
  dialect: DialectName,
): Promise<Given<LintReport>['effect']> {
  const [old, now] = definitions;
  try {
    const { plan, planned } = await planInMemory(services, user, now, upgradeFile, { others: [old], dialect });
    return {
      with: useProposed ? 'the proposed upgrade.xml' : upgradeFile ? 'the uploaded upgrade.xml' : 'no upgrade.xml',
      totals: plan.totals,
      groups: plan.groups.map(({ id, title, processes }) => {
        const members = planned.filter((one) => one.group === id);
        return {
          id,
          title,
          processes: processes.length,
          example: processes[0] ?? '',
          openQuestions: members.reduce((sum, one) => sum + one.questions.length, 0),
          warnings: members.reduce((sum, one) => sum + one.warnings.length, 0),
        };
      }),
      problems: plan.problems,
    };
  } catch (thrown) {
    // a faulty upgrade file is a finding already; there is then no effect to show
    if (thrown instanceof LockstepError) return null;
    throw thrown;
  }
}
