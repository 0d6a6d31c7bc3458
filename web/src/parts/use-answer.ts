import { useMutation, useQueryClient } from '@tanstack/react-query';
import { plans } from '../api/resources.ts';

/** Answers questions of a plan; every number that depends on them is read again. */
export function useAnswer(planId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (answers: Parameters<typeof plans.answer>[1]) => plans.answer(planId, answers),
    onSettled: () =>
      Promise.all([['plans'], ['inbox'], ['overview']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
