import { readFile } from 'node:fs/promises';
import { LockstepError } from '../../../failure/index.ts';
import { readPluginSource } from '../../../host/index.ts';
import type { PluginDefinition } from '../../../plugin/index.ts';
import { diffProcesses, formatDifference, nameShown, readExport, secretsAmong } from '../../../process/index.ts';
import {
  answerQuestions,
  applyToDocument,
  assemblePlan,
  checkAnswers,
  compileUpgrade,
  describePlan,
  openQuestions,
  type PlannedProcess,
  planProcess,
} from '../../../upgrade/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { chosenDialect } from '../repository/settings.ts';
import { readAnswers } from '../upgrade/answers.ts';
import { planOptions } from '../upgrade/plan-options.ts';

/** Plans an upgrade from OLD to NEW over process files and shows what each would become; nothing is stored. */
export const prove: CommandAction = async (input) => {
  const [before, after] = await Promise.all([
    readPluginSource(textArgument(input, 'old')),
    readPluginSource(textArgument(input, 'new')),
  ]);
  const target = required(after.definition, textArgument(input, 'new'));
  const old = required(before.definition, textArgument(input, 'old'));
  const upgrade = compileUpgrade({
    plugin: { id: target.id, names: [...new Set([target.name, old.name])] },
    definitions: new Map([old, target].map((definition) => [definition.version, definition])),
    upgradeFile: after.upgradeFile,
    to: target.version,
    options: planOptions(input),
    dialect: await chosenDialect(input),
  });
  const files = input.options['with'] as readonly string[] | undefined;
  const samples = await Promise.all((files ?? []).map(async (file) => readExport(await readFile(file, 'utf8'), file)));
  const sources = samples
    .flatMap(({ processes }) => processes)
    .map(({ kind, owner, name, draft, document }, index) => ({
      id: String(index + 1),
      version: 1,
      kind,
      owner,
      name: nameShown(name, draft),
      document,
    }));
  const given = await readAnswers(input);
  const planned = sources
    .map((source) => ({ source, plan: planProcess(upgrade, source, given) }))
    .filter((entry): entry is typeof entry & { plan: PlannedProcess } => entry.plan !== null);
  const plan = assemblePlan(
    { upgrade, createdAt: input.ports.clock.now().toISOString(), createdBy: input.user },
    planned.map((entry) => entry.plan),
  );
  checkAnswers(plan.questions, given);
  const open = openQuestions(plan, given);
  const waiting = new Set(open.map(({ processId }) => processId));
  const answers = open.length === 0 ? answerQuestions(plan, given) : given;
  const results = planned.map(({ source, plan: one }) => {
    if (waiting.has(source.id)) return { process: one.process, document: null, difference: null };
    const { document } = applyToDocument(upgrade, one, source.document, answers);
    const secrets = secretsAmong([source.document, document], (_, property) => upgrade.hides(upgrade.form(property)));
    return { process: one.process, document, difference: diffProcesses(source.document, document, { secrets }) };
  });
  const text = [
    describePlan(plan, given),
    ...results.map(({ process, difference }) =>
      difference
        ? `\n"${process.name}" would become:\n${formatDifference(difference)}`
        : `\n"${process.name}" waits for answers.`,
    ),
  ].join('\n');
  return { value: { plan, results, open }, text, exitCode: open.length > 0 ? 5 : 0 };
};

function required(definition: PluginDefinition | null, source: string): PluginDefinition {
  if (definition) return definition;
  throw new LockstepError('plugin-not-valid', `${source} declares no step types: there is no plugin.xml.`, {
    hint: 'Name two versions of a plugin with a plugin.xml.',
  });
}
