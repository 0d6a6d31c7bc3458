import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import {
  findPackage,
  goBack,
  Host,
  knownPlaces,
  lookAtPlugins,
  type OldPlugin,
  rememberPlaces,
  saveOriginals,
} from '../../../host/index.ts';
import { channelSource, openChannel } from '../../../repository/index.ts';
import { parseConfig, readRunKey, readyToSeal } from '../../../service/index.ts';
import { type DataFolder, openDataFolder } from '../../../store/index.ts';
import { type CommandAction, type CommandInput, type CommandResult, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { explainOldMakefile, readOldMakefile } from '../repository/old-makefile.ts';

const usual = ['/etc/xivo/provd/provd.conf', '/var/lib/xivo-provd', '/var/lib/wazo-provd'];
const largestPackage = 256 * 1024 * 1024;

/** The command knows folders only; `where` has refused a server. */
function folderOf({ where }: CommandInput): string {
  return where.kind === 'data' ? where.data : '';
}

async function openData({ where, env }: CommandInput): Promise<DataFolder> {
  const { data, database } = where.kind === 'data' ? where : { data: '', database: null };
  const key = await readRunKey(env, undefined);
  const folder = await openDataFolder(data, { write: true, key, ...(database === null ? {} : { database }) });
  await readyToSeal(folder, key);
  return folder;
}

/** What an old server's folders and settings say. */
interface OldServer {
  readonly plugins: string;
  readonly cacheDir: string | null;
  readonly pluginServer: string | null;
}

/** Looks at what an old world left: its server's plugins, its channel, its tree. With `--yes` the server's plugins are taken over. */
export const adopt: CommandAction = async (input) => {
  if (input.options['back'] === true) return back(input);
  const given = typeof input.args['what'] === 'string' ? resolve(input.cwd, input.args['what']) : await firstUsual();
  const there = await stat(given).catch(() => null);
  if (!there)
    throw new LockstepError('file-not-found', `${given} does not exist.`, { hint: 'Name a folder or provd.conf.' });
  const names = there.isDirectory() ? await readdir(given) : [];
  const makefile =
    (await readOldMakefile(join(given, 'plugins/Makefile'))) ?? (await readOldMakefile(join(given, 'Makefile')));
  if (makefile) return { value: { kind: 'tree', makefile }, text: explainOldMakefile(makefile, given).join('\n') };
  if (names.includes('plugins.db') && names.some((name) => /\.tar\.bz2$/.test(name)))
    return lookAtChannel(given, names);
  return adoptServer(input, await oldServer(input, given, there.isDirectory()));
};

async function firstUsual(): Promise<string> {
  for (const path of usual) if (await stat(path).catch(() => null)) return path;
  throw new LockstepError('usage', `None of ${usual.join(', ')} is here.`, {
    hint: 'Name the old server’s folder, its provd.conf, an old tree or an old channel.',
  });
}

async function oldServer(input: CommandInput, given: string, isFolder: boolean): Promise<OldServer> {
  const written = isFolder ? {} : (parseConfig(await readFile(given, 'utf8'), given).plugins ?? {});
  const base = isFolder ? given : dirname(written.plugins_dir ?? '/var/lib/xivo-provd/plugins');
  const nested = join(base, 'plugins');
  const plugins = written.plugins_dir ?? (basename(base) === 'plugins' ? base : nested);
  if (!(await stat(plugins).catch(() => null))?.isDirectory()) {
    throw new LockstepError('file-not-found', `There is no folder ${plugins}.`, {
      hint: 'Name the folder that holds the old server’s folder "plugins".',
    });
  }
  const app = await readFile(join(dirname(plugins), 'app.json'), 'utf8')
    .then((text) => JSON.parse(text) as Record<string, unknown>)
    .catch(() => ({}) as Record<string, unknown>);
  const kept = typeof app['plugin_server'] === 'string' ? app['plugin_server'] : null;
  const cache = written.cache_dir ?? `/var/cache/${basename(dirname(plugins))}`;
  return {
    plugins,
    cacheDir: textOption(input, 'cache') ?? ((await stat(cache).catch(() => null)) ? cache : null),
    pluginServer: textOption(input, 'pluginServer') ?? written.plugin_server ?? kept,
  };
}

async function adoptServer(input: CommandInput, server: OldServer): Promise<CommandResult> {
  const { plugins, cacheDir, pluginServer } = server;
  const channel = pluginServer === null ? null : channelSource(pluginServer);
  const found = await lookAtPlugins(plugins, (id, version) =>
    findPackage(id, version, { cacheDir, channel, maxBytes: largestPackage }),
  );
  const lines = describe(server, found);
  const usable = found.filter(({ state }) => state !== 'broken');
  const wanted =
    input.options['yes'] === true ||
    (input.terminal.interactive &&
      usable.length > 0 &&
      (await input.terminal.confirm(
        `${lines.join('\n')}\nTake these over into ${folderOf(input)}? Originals are kept.`,
        false,
      )));
  if (!wanted) {
    const next = `To take them over: lockstep adopt ${plugins} --data DIR --yes`;
    return { value: { kind: 'server', ...server, found, adopted: false }, text: [...lines, next].join('\n') };
  }
  const problems = await takeOver(input, server, usable);
  const text = [
    ...lines,
    ...problems,
    `${counted(usable.length, 'plugin')} taken over into ${folderOf(input)}; they stay in ${plugins}. Stop the old server, then: lockstep serve --data ${folderOf(input)}`,
    `The way back: lockstep adopt --back --data ${folderOf(input)}`,
  ];
  return { value: { kind: 'server', ...server, found, adopted: true, problems }, text: text.join('\n') };
}

/** Originals first, then each plugin is loaded as it stands. What a kill interrupts is finished by doing it again. */
async function takeOver(input: CommandInput, server: OldServer, usable: readonly OldPlugin[]): Promise<string[]> {
  const { plugins, cacheDir, pluginServer } = server;
  const data = await openData(input);
  try {
    await saveOriginals(data.path, plugins);
    await rememberPlaces(data, plugins, true);
    const settings = { commandLine: { plugins_dir: plugins, ...(cacheDir && { cache_dir: cacheDir }) } };
    const host = await Host.open(data, { settings });
    const problems: string[] = [];
    try {
      if (pluginServer !== null) await host.settings.set('plugin_server', pluginServer);
      for (const { id } of usable) {
        input.terminal.progress('Taking over', problems.length, usable.length);
        const report = await host.reload(id, { who: input.user }).done;
        problems.push(...report.problems.map(({ message }) => message));
      }
    } finally {
      input.terminal.progressEnd();
      await host.close();
    }
    return problems;
  } finally {
    await data.close();
  }
}

async function back(input: CommandInput): Promise<CommandResult> {
  const data = await openData(input);
  try {
    const places = await knownPlaces(data);
    const way = await goBack(places, input.user);
    await rememberPlaces(data, data.plugins);
    const text = [
      `${counted(way.restored.length, 'plugin')} in ${places.plugins} as they were when they were taken over: ${way.restored.join(', ')}`,
      ...way.carried.map((path) => `  with ${path}, which came since`),
      ...(way.newer.length > 0 ? [`These came since and stay: ${way.newer.join(', ')}`] : []),
      `As they were last, they lie in ${way.kept}. The old server can be started.`,
    ];
    return { value: { plugins: places.plugins, ...way }, text: text.join('\n') };
  } finally {
    await data.close();
  }
}

async function lookAtChannel(folder: string, names: readonly string[]): Promise<CommandResult> {
  const { index, problems } = await openChannel(folder).readOffer();
  const missing = [...index.values()]
    .filter(({ filename }) => !names.includes(filename))
    .map(({ filename }) => filename);
  const text = [
    `${folder} is an old channel: ${counted(index.size, 'plugin')} offered.`,
    ...problems.map(({ message }) => `  at fault: ${message}`),
    ...missing.map((filename) => `  offered but not there: ${filename}`),
    `To publish its packages in a repository of Lockstep: lockstep upload ${folder} --to REPOSITORY --channel NAME`,
  ];
  return { value: { kind: 'channel', offered: index.size, problems, missing }, text: text.join('\n') };
}

function describe({ plugins, cacheDir, pluginServer }: OldServer, found: readonly OldPlugin[]): string[] {
  const compared = [...(cacheDir === null ? [] : [cacheDir]), ...(pluginServer === null ? [] : [pluginServer])];
  return [
    `${plugins}: ${counted(found.length, 'plugin')} of an old server`,
    compared.length > 0
      ? `compared with packages from ${compared.join(' and ')}`
      : 'no packages are known to compare with (--plugin-server, --cache)',
    ...found.flatMap(({ id, version, state, reason, own }) => [
      `  ${id} ${version ?? '?'}  ${state === 'unknown' ? 'no package found: all files count as yours' : state}${reason === null ? '' : `: ${reason}`}`,
      ...own.map(({ path, change }) => `    ${change} ${path}`),
    ]),
  ];
}
