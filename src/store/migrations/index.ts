import { processesAndPlans } from './0001-processes-and-plans.ts';
import { accounts } from './0010-accounts.ts';
import { runs } from './0020-runs.ts';
import { serversTogether } from './0030-servers-together.ts';
import { planCourse } from './0040-plan-course.ts';
import { planWork } from './0050-plan-work.ts';
import { runArtefacts } from './0060-run-artefacts.ts';
import { agentsByName } from './0074-agents-by-name.ts';
import { processPlaces } from './0080-process-places.ts';
import { sealedValues } from './0090-sealed-values.ts';
import { timersSetAt } from './0100-timers-set-at.ts';
import { drafts } from './0104-drafts.ts';
import { peopleElsewhere } from './0112-people-elsewhere.ts';
import { successors } from './0121-successors.ts';
import { grantsByOwner } from './0130-grants-by-owner.ts';
import { askedToStop } from './0140-asked-to-stop.ts';
import type { Migration } from './migration.ts';

/** Every migration in order. A new one is a file `NNNN-subject.ts` and a line here. */
export const migrations: readonly Migration[] = [
  processesAndPlans,
  accounts,
  runs,
  serversTogether,
  planCourse,
  planWork,
  runArtefacts,
  agentsByName,
  processPlaces,
  sealedValues,
  timersSetAt,
  drafts,
  peopleElsewhere,
  successors,
  grantsByOwner,
  askedToStop,
];

export const latestSchema: number = migrations.at(-1)?.number ?? 0;
