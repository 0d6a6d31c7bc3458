import { fileAt, readPackage } from '../../package/index.ts';
import {
  type PluginDefinition,
  parseLifecycleXml,
  parsePluginXml,
  parseUpgradeXml,
  type UpgradeFile,
} from '../../plugin/index.ts';
import type { UploadedFile } from '../act.ts';

interface UploadedPlugin {
  readonly definition: PluginDefinition;
  readonly upgradeFile: UpgradeFile | null;
}

/** What a package that somebody sends declares; null: no step types, so that it is in no process. */
export async function uploadedPlugin({ name, bytes }: UploadedFile): Promise<UploadedPlugin | null> {
  const tree = await readPackage(bytes, { name });
  const text = (path: string): string | null => {
    const found = fileAt(tree, path);
    return found ? Buffer.from(found).toString('utf8') : null;
  };
  const pluginXml = text('plugin.xml');
  if (pluginXml === null) return null;
  const plain = parsePluginXml(pluginXml, 'plugin.xml').definition;
  const lifecycle = text('lifecycle.xml');
  const upgradeXml = text('upgrade.xml');
  return {
    definition: lifecycle === null ? plain : parseLifecycleXml(lifecycle, 'lifecycle.xml', plain).definition,
    upgradeFile: upgradeXml === null ? null : parseUpgradeXml(upgradeXml, 'upgrade.xml').upgradeFile,
  };
}
