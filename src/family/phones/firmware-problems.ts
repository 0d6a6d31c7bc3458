import type { Problem } from '../../failure/index.ts';
import type { ResolvedTarget } from '../recipe/resolved-target.ts';
import { capabilityFindings } from './capability-findings.ts';
import { firmwareFindings } from './firmware-findings.ts';
import type { PhonePlugin } from './phone-plugin.ts';
import { phonePluginOf } from './read-phone-plugins.ts';

/** What is wrong with a plugin's list of packages, and with names of firmware beside it, without anything being run. */
export function firmwareProblems(target: ResolvedTarget): Problem[] {
  const plugin = phonePluginOf(target);
  const findings = [
    ...firmwareFindings(plugin, { mentions: quotedIn(plugin) }).findings,
    ...capabilityFindings(plugin),
  ];
  return findings.map(({ plugin: _plugin, device: _device, ...problem }) => problem);
}

/** Texts in quotes in the plugin's code; what stands in comments is none. */
function quotedIn({ files }: PhonePlugin): [string, string, number][] {
  return [...files].flatMap(([path, text]) => {
    if (!path.endsWith('.py') || text === null) return [];
    return text.split('\n').flatMap((line, at) => {
      if (/^\s*#/.test(line)) return [];
      return [...line.matchAll(/(['"])((?:(?!\1)[^\\]){3,200})\1/g)].map(([, , said]): [string, string, number] => [
        said!,
        path,
        at + 1,
      ]);
    });
  });
}
