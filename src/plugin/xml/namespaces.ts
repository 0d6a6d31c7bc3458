import type { Problem } from '../../failure/index.ts';
import type { XmlElement } from './element.ts';

export const pluginNamespaces = {
  full: 'http://www.urbancode.com/PluginXMLSchema_v1',
  bare: 'PluginXMLSchema_v1',
};
export const upgradeNamespaces = {
  full: 'http://www.urbancode.com/UpgradeXMLSchema_v1',
  bare: 'UpgradeXMLSchema_v1',
};
export const lifecycleNamespaces = { full: 'urn:lockstep:lifecycle:1', bare: '' };

/** Elements are matched by their local name, so another namespace is no fault; it is said, since other servers may mind. */
export function namespaceProblems(root: XmlElement, { full, bare }: { full: string; bare: string }): Problem[] {
  if (root.namespace === full) return [];
  const found =
    root.namespace === ''
      ? 'has no namespace'
      : root.namespace === bare
        ? `has the bare namespace "${bare}"`
        : `has the namespace "${root.namespace}"`;
  return [
    {
      code: 'namespace-unusual',
      severity: 'warning',
      message: `<${root.name}> ${found}.`,
      hint: `Write xmlns="${full}".`,
      where: root.at,
    },
  ];
}
