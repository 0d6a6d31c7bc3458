import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertyRuns } from '../../test/arbitraries/property-runs.ts';
import { type UpgradeScenario, upgradeScenario } from '../../test/arbitraries/upgrade-scenario.ts';
import { diffProcesses, formatDocument, type ProcessDocument } from '../process/index.ts';
import {
  type Answers,
  applyToDocument,
  assemblePlan,
  type CompiledUpgrade,
  compileUpgrade,
  describePlan,
  describeProcessPlan,
  openQuestions,
  type Plan,
  type PlannedProcess,
  planProcess,
  type UnlistedPolicy,
  undoDocument,
} from './index.ts';

const policies = fc.constantFrom<UnlistedPolicy | null>('delete', 'pin', 'carry', null);

describe('upgrading anything whatever', () => {
  it('[CHAIN-1] planning is deterministic: the same input gives the same plan, in any order of processes', () => {
    fc.assert(
      fc.property(upgradeScenario({ tidy: false }), policies, (scenario, policy) => {
        const once = planOf(compile(scenario, policy), scenario.documents);
        const again = planOf(compile(scenario, policy), scenario.documents.toReversed());
        expect(JSON.stringify(again.plan)).toBe(JSON.stringify(once.plan));
      }),
      propertyRuns,
    );
  });

  it('[DO-5] applying a plan twice changes nothing the second time', () => {
    fc.assert(
      fc.property(upgradeScenario({ tidy: false }), policies, (scenario, policy) => {
        const upgrade = compile(scenario, policy);
        for (const { planned, document, answers } of cases(upgrade, scenario.documents)) {
          const once = applyToDocument(upgrade, planned, document, answers);
          const twice = applyToDocument(upgrade, planned, once.document, answers);
          expect(twice.changed).toBe(false);
          expect(twice.document).toBe(once.document);
        }
      }),
      propertyRuns,
    );
  });

  it('[DO-6] undoing an upgrade of an unedited process gives back its bytes', () => {
    fc.assert(
      fc.property(upgradeScenario({ tidy: false }), policies, (scenario, policy) => {
        const upgrade = compile(scenario, policy);
        for (const { planned, document, answers } of cases(upgrade, scenario.documents)) {
          const bytes = formatDocument(document);
          const applied = applyToDocument(upgrade, planned, document, answers).document;
          // [DO-8] the document that a started run reads is not touched
          expect(formatDocument(document)).toBe(bytes);
          const undone = undoDocument({ processId: planned.process.id, before: document, applied, current: applied });
          expect(undone.kind === 'restored' && formatDocument(undone.document)).toBe(bytes);
        }
      }),
      propertyRuns,
    );
  });

  it('[DO-6] an edit elsewhere survives the undo, and everything else is as before', () => {
    fc.assert(
      fc.property(upgradeScenario({ tidy: false }), policies, (scenario, policy) => {
        const upgrade = compile(scenario, policy);
        for (const { planned, document, answers } of cases(upgrade, scenario.documents)) {
          const applied = applyToDocument(upgrade, planned, document, answers).document;
          const current = { ...applied, description: 'edited since' };
          const undone = undoDocument({ processId: planned.process.id, before: document, applied, current });
          if (undone.kind !== 'merged') throw new Error(`${undone.kind} instead of merged`);
          expect(diffProcesses(undone.document, { ...document, description: 'edited since' }).same).toBe(true);
        }
      }),
      propertyRuns,
    );
  });

  it('[CHAIN-1] a chain that is taken in one go gives what its hops give one by one', () => {
    fc.assert(
      fc.property(upgradeScenario({ tidy: true }), policies, (scenario, policy) => {
        const decided = policy ?? 'carry';
        for (const document of scenario.documents) {
          const inOneGo = upgradeTo(scenario, decided, scenario.latest, document);
          const hopByHop = [...scenario.definitions.keys()].reduce(
            (current, version) => upgradeTo(scenario, decided, version, current),
            document,
          );
          expect(diffProcesses(inOneGo, hopByHop)).toMatchObject({ same: true });
        }
      }),
      propertyRuns,
    );
  });

  it('[PROP-7] no secure value is ever in a plan, a description, a question or an error', () => {
    fc.assert(
      fc.property(upgradeScenario({ tidy: false }), policies, (scenario, policy) => {
        const upgrade = compile(scenario, policy);
        const { plan, planned } = planOf(upgrade, scenario.documents);
        const texts = [JSON.stringify(plan), describePlan(plan), ...planned.map(describeProcessPlan)];
        for (const process of planned) {
          try {
            applyToDocument(upgrade, process, subjectDocument(scenario.documents, process), {});
          } catch (error) {
            texts.push(`${error} ${JSON.stringify(error)}`);
          }
        }
        for (const secret of scenario.secrets) for (const text of texts) expect(text.includes(secret)).toBe(false);
      }),
      propertyRuns,
    );
  });

  it('[SCOPE-1] after an upgrade no use is left that another plan would carry', () => {
    fc.assert(
      fc.property(upgradeScenario({ tidy: false }), policies, (scenario, policy) => {
        const upgrade = compile(scenario, policy);
        for (const { document, answers, planned } of cases(upgrade, scenario.documents)) {
          const done = applyToDocument(upgrade, planned, document, answers);
          const again = planProcess(upgrade, { ...subject(0), document: done.document });
          const left = again?.uses.filter(({ outcome }) => outcome === 'carried' || outcome === 'renamed') ?? [];
          expect(left).toEqual([]);
        }
      }),
      propertyRuns,
    );
  });
});

function compile(scenario: UpgradeScenario, onUnlisted: UnlistedPolicy | null, to = scenario.latest): CompiledUpgrade {
  const { plugin, definitions, upgradeFile } = scenario;
  return compileUpgrade({ plugin, definitions, upgradeFile, to, options: { onUnlisted } });
}

function subject(index: number) {
  return { id: `p${index}`, name: 'Process', kind: 'generic', owner: null, version: 1 } as const;
}

function subjectDocument(documents: readonly ProcessDocument[], planned: PlannedProcess): ProcessDocument {
  return documents.find(({ name }) => name === planned.process.name) as ProcessDocument;
}

function planOf(
  upgrade: CompiledUpgrade,
  documents: readonly ProcessDocument[],
): { plan: Plan; planned: PlannedProcess[] } {
  const planned = documents.flatMap((document) => {
    const { name } = document;
    return planProcess(upgrade, { ...subject(0), id: `id of ${name}`, name, document }) ?? [];
  });
  const plan = assemblePlan({ upgrade, createdAt: '2026-01-01T00:00:00Z', createdBy: 'nobody' }, planned);
  return { plan, planned };
}

function cases(upgrade: CompiledUpgrade, documents: readonly ProcessDocument[]) {
  return planOf(upgrade, documents).planned.map((planned) => ({
    planned,
    document: subjectDocument(documents, planned),
    answers: answerAll(planned),
  }));
}

/** Answers what is open until nothing is, by turns. */
function answerAll(planned: PlannedProcess): Answers {
  const answers: Record<string, string> = {};
  for (;;) {
    const [first] = openQuestions({ questions: planned.asked }, answers);
    if (!first) return answers;
    const turn = Object.keys(answers).length % first.choices.length;
    answers[first.id] = first.choices[turn]?.answer ?? '';
  }
}

function upgradeTo(
  scenario: UpgradeScenario,
  policy: UnlistedPolicy,
  to: number,
  document: ProcessDocument,
): ProcessDocument {
  const upgrade = compile(scenario, policy, to);
  const planned = planProcess(upgrade, { ...subject(0), document });
  if (!planned) return document;
  const answers = Object.fromEntries(planned.asked.map(({ id }) => [id, 'keep']));
  return applyToDocument(upgrade, planned, document, answers).document;
}
