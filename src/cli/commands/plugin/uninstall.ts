import { LockstepError } from '../../../failure/index.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { withClient } from '../../with-client.ts';

/** Uninstalls a plugin, or one of its versions; refused while something uses it. */
export const uninstall: CommandAction = (input) =>
  withClient(input, async ({ client, follow }) => {
    const { terminal, options } = input;
    const { id, name } = await client.plugins.showStored({ params: { id: textArgument(input, 'plugin') } });
    const version = textOption(input, 'version');
    const what = version === undefined ? name : `${name} ${version}`;
    if (!(await terminal.confirm(`Uninstall ${what}?`, options['yes'] === true || !terminal.interactive))) {
      throw new LockstepError('interrupted', 'Nothing was uninstalled.');
    }
    const body = { force: options['force'] === true, version, why: textOption(input, 'why') };
    const value = (await follow(await client.plugins.uninstallPlugin({ params: { id }, body }))) as {
      readonly keptAside?: string | null;
    };
    const kept = value.keptAside ? ` Your own files are kept in ${value.keptAside}.` : '';
    return { value, text: `${what} is uninstalled.${kept}` };
  });
