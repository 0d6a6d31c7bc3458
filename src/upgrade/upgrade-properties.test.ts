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
  openQuestions,
  type Plan,
  type PlannedProcess,
  planProcess,
  type Question,
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

  it('[CHAIN-1] [DO-6] so it does after hops were taken back on the way, with what was edited meanwhile', () => {
    fc.assert(
      fc.property(upgradeScenario({ tidy: true }), policies, fc.nat(), (scenario, policy, turn) => {
        const decided = policy ?? 'carry';
        const versions = [...scenario.definitions.keys()];
        const back = versions[turn % versions.length]!;
        for (const document of scenario.documents) {
          const edited = (one: ProcessDocument) => ({ ...one, description: 'edited since' });
          const inOneGo = edited(upgradeTo(scenario, decided, scenario.latest, document));
          let current = document;
          for (const version of versions) {
            const there = upgradeTo(scenario, decided, version, current);
            if (version !== back) {
              current = there;
              continue;
            }
            const planned = planProcess(compile(scenario, decided, version), { ...processInput(0), document: current });
            const given = { processId: 'p0', before: current, applied: there, current: edited(there) };
            const undone = undoDocument({ ...given, uses: planned?.uses ?? [] });
            if (undone.kind === 'conflict') throw new Error(JSON.stringify(undone.questions));
            current = upgradeTo(scenario, decided, version, undone.document);
          }
          expect(diffProcesses(inOneGo, edited(current))).toMatchObject({ same: true });
        }
      }),
      propertyRuns,
    );
  });

  it('[ASK-1] an answer decides about nothing but what it showed', () => {
    let decided = 0;
    fc.assert(
      fc.property(upgradeScenario({ tidy: false }), fc.nat(), (scenario, turn) => {
        const upgrade = compile(scenario, null);
        const { planned } = planOf(upgrade, scenario.documents);
        const questions = planned.flatMap(({ asked }) => asked);
        if (questions.length === 0) return;
        const one = questions[turn % questions.length]!;
        const alike = questions.filter(({ groupKey }) => groupKey === one.groupKey);
        const shownIn = ({ message, choices }: Question) => JSON.stringify([message, choices]);
        const differing = alike.filter((other) => shownIn(other) !== shownIn(one));
        // a step type is its group, at whatever version it is used
        if (one.kind !== 'unlisted-step') expect(differing).toEqual([]);
        for (const { answer } of one.choices) {
          const answers = { [one.groupKey]: answer };
          const still = openQuestions({ questions }, answers);
          const settled = questions.filter((question) => !question.when && !still.includes(question));
          const others = settled.filter(({ groupKey, optional }) => groupKey !== one.groupKey && !optional);
          expect(others).toEqual([]);
          for (const { process } of planned) {
            const document = documentPlanned(scenario.documents, { process } as PlannedProcess);
            const about = { ...processInput(0), id: process.id, name: process.name, document };
            const [open, then] = [planProcess(upgrade, about)!, planProcess(upgrade, about, answers)!];
            const asks = alike.filter(({ processId }) => processId === process.id);
            if (asks.length > 0) decided++;
            // nothing was asked here, so nothing changes here
            else expect(then.uses).toEqual(open.uses);
            for (const [index, use] of then.uses.entries()) {
              const isAsked = asks.some(({ activity }) => activity === use.activity);
              if (isAsked || one.kind === 'unlisted-step') continue;
              expect(use).toEqual(open.uses[index]);
            }
          }
        }
      }),
      propertyRuns,
    );
    expect(decided).toBeGreaterThan(propertyRuns.numRuns / 4);
  });

  it('[PROP-7] no secure value is ever in a plan, a description, a question or an error', () => {
    fc.assert(
      fc.property(upgradeScenario({ tidy: false }), policies, (scenario, policy) => {
        const upgrade = compile(scenario, policy);
        const { plan, planned } = planOf(upgrade, scenario.documents);
        const texts = [JSON.stringify(plan), describePlan(plan)];
        for (const process of planned) {
          try {
            applyToDocument(upgrade, process, documentPlanned(scenario.documents, process), {});
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
          const again = planProcess(upgrade, { ...processInput(0), document: done.document });
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

function processInput(index: number) {
  return { id: `p${index}`, name: 'Process', kind: 'generic', owner: null, version: 1 } as const;
}

function documentPlanned(documents: readonly ProcessDocument[], planned: PlannedProcess): ProcessDocument {
  return documents.find(({ name }) => name === planned.process.name) as ProcessDocument;
}

function planOf(
  upgrade: CompiledUpgrade,
  documents: readonly ProcessDocument[],
): { plan: Plan; planned: PlannedProcess[] } {
  const planned = documents.flatMap((document) => {
    const { name } = document;
    return planProcess(upgrade, { ...processInput(0), id: `id of ${name}`, name, document }) ?? [];
  });
  const plan = assemblePlan({ upgrade, createdAt: '2026-01-01T00:00:00Z', createdBy: 'nobody' }, planned);
  return { plan, planned };
}

function cases(upgrade: CompiledUpgrade, documents: readonly ProcessDocument[]) {
  return planOf(upgrade, documents).planned.map((planned) => ({
    planned,
    document: documentPlanned(documents, planned),
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
  const planned = planProcess(upgrade, { ...processInput(0), document });
  if (!planned) return document;
  const answers = Object.fromEntries(planned.asked.map(({ id }) => [id, 'keep']));
  return applyToDocument(upgrade, planned, document, answers).document;
}
