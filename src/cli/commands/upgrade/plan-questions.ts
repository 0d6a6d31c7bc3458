import type { Client } from '../../../api/client.ts';
import type { Question } from '../../../upgrade/index.ts';
import { allPages } from '../../all-pages.ts';

/** Keeps answers with the plan: whoever looks at it sees how far it is. */
export async function keepAnswers(
  client: Client,
  id: string,
  answers: Readonly<Record<string, string>>,
): Promise<void> {
  if (Object.keys(answers).length > 0) await client.plans.answerQuestions({ params: { id }, body: { answers } });
}

/** What is open with the answers that the plan has; of a wave where a label is given. */
export async function openQuestionsOf(client: Client, id: string, wave?: string): Promise<Question[]> {
  const asked = await allPages((page) =>
    client.plans.listQuestions({ params: { id }, query: { open: true, wave, ...page } }),
  );
  return asked.map(({ question }) => question);
}
