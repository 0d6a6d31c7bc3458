import { comparePromoted, type RealDevice } from '../../../family/index-phones.ts';
import type { Gate, IndexEntry } from '../../../repository/index.ts';
import { type CommandInput, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { realDevices } from '../family/phone-sources.ts';

/** Warns of each telephone whose files a promotion changes; null where no telephones were named, which is said. */
export async function telephoneGate(input: CommandInput, moving: readonly IndexEntry[]): Promise<Gate | null> {
  const word = textOption(input, 'devices');
  const forTelephones = moving.filter(({ capabilities }) => Object.keys(capabilities).length > 0);
  if (word === undefined) {
    if (forTelephones.length > 0)
      input.terminal.note('What telephones would receive was not compared: none were named with --devices.');
    return null;
  }
  const devices = await realDevices(input, word);
  const ids = new Set(moving.map(({ id }) => id));
  const concerned = devices.filter(({ plugin }) => plugin !== null && ids.has(plugin)).length;
  input.terminal.note(
    concerned === 0
      ? `None of the ${counted(devices.length, 'telephone')} of ${word} has a plugin that moves: nothing to compare.`
      : `${concerned} of the ${counted(devices.length, 'telephone')} of ${word} have a plugin that moves.`,
  );
  return gateOver(devices, input.signal);
}

function gateOver(devices: readonly RealDevice[], signal: AbortSignal): Gate {
  return async (promoted) => (await comparePromoted([promoted], devices, { signal })).problems;
}
