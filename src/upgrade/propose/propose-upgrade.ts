import type { PluginDefinition } from '../../plugin/index.ts';
import { type Completion, completeUpgrade } from './complete-upgrade.ts';
import type { Guess } from './guess.ts';

export interface UpgradeProposal {
  /** A complete upgrade.xml. */
  readonly xml: string;
  /** What its author has to confirm; each stands as a comment in the file too. */
  readonly guesses: readonly Guess[];
  readonly changes: readonly string[];
}

const empty = `<?xml version="1.0" encoding="UTF-8"?>
<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">
</plugin-upgrade>
`;

/**
 * Proposes the upgrade.xml that carries uses of the old definition to the new one. With an existing file the block is
 * added to it, or completed, and every other byte stays. Renames are proposed by likeness and listed as guesses; so is
 * whatever goes without one.
 */
export function proposeUpgrade(
  old: PluginDefinition,
  now: PluginDefinition,
  existing?: { readonly text: string; readonly file: string },
): UpgradeProposal {
  const { text, guesses, changes } = completeUpgrade(
    { text: existing?.text ?? empty, file: existing?.file ?? 'upgrade.xml', definition: now, previous: old },
    { guesses: true },
  );
  return { xml: text, guesses, changes };
}

/**
 * Writes into an upgrade.xml what is certainly missing: forgotten step types, letter case, migrate defaults; what only
 * looks renamed is left to `proposeUpgrade`. A package without a file gets one.
 */
export function fixUpgrade(
  definition: PluginDefinition,
  previous: PluginDefinition,
  existing?: { readonly text: string; readonly file: string },
): Completion {
  const input = { text: existing?.text ?? empty, file: existing?.file ?? 'upgrade.xml', definition, previous };
  return completeUpgrade(input, { guesses: false });
}
