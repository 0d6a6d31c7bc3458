import { type Static, Type } from 'typebox';
import { Nullable, OneOf } from './route.ts';

export const FileChange = Type.Object({
  path: Type.String(),
  change: OneOf(['added', 'removed', 'changed'] as const),
  /** Unified diff; null for binary or very large files. */
  diff: Nullable(Type.String()),
});
export type FileChange = Static<typeof FileChange>;

/** What a change of versions does to the administrator's files; paths within the plugin's folder. */
export const UserFiles = Type.Object({
  kept: Type.Array(Type.String(), { description: 'Taken over as they are' }),
  merged: Type.Array(Type.String(), { description: "Customised templates that get the author's change as well" }),
  conflicts: Type.Array(Type.String(), { description: 'Customised templates that both sides changed' }),
  replaced: Type.Array(Type.String(), { description: "Edited in place, now the new version's or gone" }),
  dropped: Type.Array(Type.String(), { description: 'Untouched files that the new version no longer has' }),
  aside: Nullable(Type.String({ description: 'Folder with copies of the replaced files' })),
});
export type UserFiles = Static<typeof UserFiles>;

export const PluginChanges = Type.Object({
  from: Nullable(Type.String()),
  to: Type.String(),
  files: Type.Array(FileChange),
  stepTypes: Type.Object({
    added: Type.Array(Type.String()),
    removed: Type.Array(Type.String()),
    changed: Type.Array(Type.Object({ name: Type.String(), what: Type.Array(Type.String()) })),
  }),
  capabilitiesAdded: Type.Array(Type.String()),
  capabilitiesRemoved: Type.Array(Type.String()),
  userFiles: Nullable(UserFiles),
});
export type PluginChanges = Static<typeof PluginChanges>;

/** A template that the user changed and the new version changed too. */
export const TemplateConflict = Type.Object({
  path: Type.String(),
  base: Nullable(Type.String({ description: 'As the former version shipped it' })),
  mine: Type.String({ description: 'As the user made it' }),
  theirs: Nullable(Type.String({ description: 'As the new version ships it; null: no longer shipped' })),
  merged: Nullable(Type.String({ description: 'Merged three ways, with markers where both changed' })),
});
export type TemplateConflict = Static<typeof TemplateConflict>;
