import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { afterSave, type startEditing } from './editing.ts';
import type { Home } from './process-form.tsx';
import type { Stored } from './stored.ts';

interface SaveInput {
  readonly editing: ReturnType<typeof startEditing>;
  readonly setEditing: (change: (now: ReturnType<typeof startEditing>) => ReturnType<typeof startEditing>) => void;
  readonly home: Home;
  readonly stored: Stored | null;
  /** In the person's words; blank: nothing is said. */
  readonly why: string;
  readonly setWhy: (why: string) => void;
}

/** Versions that were saved in this tab: of others nobody here is told that they are saved. */
const savedHere = new Set<string>();

export function isSavedHere(process: string | undefined, version: number): boolean {
  return savedHere.has(`${process} ${version}`);
}

/** Saves what is shown as a new version, if nobody saved after the version that it began with. */
export function useSave({ editing, setEditing, home, stored, why, setWhy }: SaveInput) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const { document, base } = editing;
      const said = why.trim() === '' ? {} : { why };
      if (stored && base !== null) {
        return {
          saved: await api.processes.saveProcess({
            params: { id: stored.process.id },
            body: { expectedVersion: base, document, ...said },
          }),
          document,
        };
      }
      const owner = home.kind === 'generic' ? null : home.owner;
      return {
        saved: await api.processes.createProcess({ body: { kind: home.kind, owner, document, ...said } }),
        document,
      };
    },
    onSuccess: ({ saved, document }) => {
      savedHere.add(`${saved.id} ${saved.version}`);
      setWhy('');
      // what was typed while it was being saved is not saved yet
      setEditing((now) => ({ ...afterSave(now, saved.version), saved: document }));
      if (!stored) void navigate({ to: '/processes/$id/design', params: { id: saved.id }, replace: true });
    },
    // after a refusal the newer version must be known before anything else can be decided
    onSettled: () => client.invalidateQueries({ queryKey: ['processes'] }),
  });
}
