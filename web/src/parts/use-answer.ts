import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import type { Call } from '../api/types.ts';

/** Answers questions of a plan; every number that depends on them is read again. */
export function useAnswer(planId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (answers: Call<'plans', 'answerQuestions'>['body']['answers']) =>
      api.plans.answerQuestions({ params: { id: planId }, body: { answers } }),
    onSettled: () =>
      Promise.all([['plans'], ['inbox'], ['overview']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
