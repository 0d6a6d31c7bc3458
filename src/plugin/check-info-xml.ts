import { LockstepError, type Problem } from '../failure/index.ts';
import { readXml } from './xml/read-xml.ts';

/** Whether a text can be the `info.xml` of a plugin, which only tells people about it. Throws like `parsePluginXml`. */
export function checkInfoXml(text: string, file: string): { readonly problems: readonly Problem[] } {
  const root = readXml(text, file);
  if (root.name === 'pluginInfo') return { problems: [] };
  throw new LockstepError(
    'plugin-not-valid',
    `The first element is <${root.name}>, but an info.xml starts with <pluginInfo>.`,
    { hint: 'Check that this is the right file.', where: root.at },
  );
}
