import type { AgentOptions } from '../../src/run/index.ts';
import type { Program } from './program.ts';
import type { RunLaws } from './run-laws.ts';

/** Where an agent's steps are done: each takes its time, has one effect on the world, and seldom fails. */
export function simulatedBench(program: Program, laws: RunLaws, name: string): NonNullable<AgentOptions['workbench']> {
  const { choices } = program.world;
  return {
    takeHome: () => ({
      folder: '/agent',
      id: name,
      name,
      host: 'machine',
      boot: 'one',
      life: laws.beginsLife(name),
      close: () => {},
    }),
    close: () => {},
    place: (assignment) => ({
      sends: null,
      clear: async () => {},
      async execute(signal) {
        laws.begins(assignment, program);
        const ended = { exitCode: null, outputs: {}, secureOutputs: [], message: null, logBytes: 0 };
        const stopped = { ...ended, outcome: 'cancelled' as const };
        try {
          await program.clock.wait(500 * (1 + choices.draw(8)), signal);
        } catch {
          return laws.ends(assignment, stopped);
        }
        const success = choices.draw(12) < 11;
        const number = await program.call(`does ${assignment.activity}`, () => laws.hasEffect(assignment));
        const outcome = success ? ('success' as const) : ('failure' as const);
        return laws.ends(assignment, { ...ended, outcome, outputs: { number: String(number) } });
      },
    }),
  };
}
