import { formatProblem, LockstepError } from '../../../failure/index.ts';
import { openFamilyTree, resolveTargets, selectTargets } from '../../../family/index.ts';
import { type Engine, phonePluginOf, phonePluginsIn, type TryReport, tryPhones } from '../../../family/index-phones.ts';
import { type CommandAction, type CommandInput, textOption } from '../../command.ts';
import { counted as count } from '../../counted.ts';
import { treeArguments } from './tree-arguments.ts';

/** `family try`: exit code 1 when a telephone would receive something wrong, or a target cannot be built. */
export const tryFamily: CommandAction = async (input) => {
  const { tree: options, what } = treeArguments(input);
  const python = textOption(input, 'python');
  const how = { ...(python ? { python } : {}), ...engineOption(input), signal: input.signal };
  const built = what.length === 0 ? phonePluginsIn(options.dir, options.shownAs ?? options.dir) : null;
  if (built) return result(await tryPhones(built, how), []);
  const tree = await openFamilyTree(options);
  const { targets, failures } = await resolveTargets(tree, () => true);
  const isMeant = isPlugin(targets, what) ?? selectTargets(tree, what);
  const meant = new Set(
    targets.filter(({ family, target }) => isMeant(family.name, target)).map((one) => one.tree.pluginId),
  );
  let done = 0;
  const report = await tryPhones(targets.map(phonePluginOf), {
    ...how,
    meant: ({ id }) => meant.has(id),
    onPlugin: (id) => meant.has(id) && input.terminal.progress(`Trying ${id}`, ++done, meant.size),
  });
  input.terminal.progressEnd();
  const named = new Set(
    targets.filter(({ tree: { pluginId } }) => meant.has(pluginId)).map(({ family }) => family.name),
  );
  return result(
    report,
    failures.filter(({ family }) => what.length === 0 || named.has(family) || what.includes(family)),
  );
};

type Targets = Awaited<ReturnType<typeof resolveTargets>>;

/** A plugin's own id may stand for its target; null where not all words are such. */
function isPlugin(targets: Targets['targets'], what: readonly string[]) {
  const ids = new Set(targets.map(({ tree }) => tree.pluginId));
  if (what.length === 0 || !what.every((word) => ids.has(word))) return null;
  return (_family: string, { pluginId }: { readonly pluginId: string }): boolean => what.includes(pluginId);
}

/** `--engine`: to see what another machine would say. */
export function engineOption(input: CommandInput): { readonly engine?: 'nunjucks' | 'sample' } {
  const wanted = textOption(input, 'engine') ?? 'best';
  if (wanted === 'best') return {};
  if (wanted === 'nunjucks' || wanted === 'sample') return { engine: wanted };
  throw new LockstepError('usage', `--engine is best, nunjucks or sample, not "${wanted}".`, { hint: 'See --help.' });
}

export function describeEngine({ templates, version, code, why, noNetwork }: Engine): string {
  const done = `${templates}${version ? ` ${version}` : ''}, ${code ? "the plugins' own code" : 'sample values in place of what code computes'}`;
  return `Tried with ${done}${why ? ` (${why})` : ''}${noNetwork ? ', without a network' : ''}.`;
}

function result(report: TryReport, failures: Targets['failures']) {
  const problems = [...failures.map(({ problem }) => problem), ...report.findings];
  const { plugins, devices, files, unchecked, refused, undecided, findings } = report;
  const of = (which: string): number => problems.filter(({ severity }) => severity === which).length;
  const [errors, warnings, open] = [of('error'), of('warning'), of('notice')];
  const lines = findings.map((finding) => {
    const whose = finding.plugins.length === 1 ? finding.plugins[0] : count(finding.plugins.length, 'plugin');
    const whom = finding.devices === 0 ? '' : `, ${count(finding.devices, 'sample')}, such as ${finding.example}`;
    return `${formatProblem(finding)}\n    ${whose}${whom}`;
  });
  const notes = [
    ...(unchecked > 0 ? [`${count(unchecked, 'file')} in a form that is not checked`] : []),
    ...(refused > 0 ? [`${count(refused, 'sample')} refused by the plugin itself`] : []),
    ...(undecided > 0 ? [`${count(undecided, 'name')} of firmware that may be in an archive`] : []),
  ];
  const text = [
    ...failures.map(({ problem }) => formatProblem(problem)),
    ...lines,
    `${count(plugins.length, 'plugin')}, ${count(devices, 'sample telephone')}, ${count(files, 'file')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}${open > 0 ? `, ${open} not checked` : ''}.`,
    ...(notes.length > 0 ? [`Of these: ${notes.join('; ')}.`] : []),
    describeEngine(report.engine),
  ].join('\n');
  return { value: { ...report, failed: failures }, text, exitCode: errors > 0 ? 1 : 0 };
}
