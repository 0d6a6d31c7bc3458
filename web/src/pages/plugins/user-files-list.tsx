import { List } from '@mantine/core';
import type { UserFiles } from '../../api/types.ts';
import { useText } from '../../text/index.tsx';

const kinds = ['replaced', 'conflicts', 'merged', 'kept', 'dropped'] as const;

/** What a change of versions does, or did, to the administrator's files. */
export function UserFilesList({ files }: { readonly files: UserFiles | null }) {
  const { say } = useText();
  if (files === null) return null;
  return (
    <List size="sm">
      {kinds
        .filter((kind) => files[kind].length > 0)
        .map((kind) => (
          <List.Item key={kind}>
            {say(`plugins.files.${kind}`)}: {files[kind].join(', ')}
          </List.Item>
        ))}
      {files.aside !== null && (
        <List.Item>
          {say('plugins.files.aside')}: {files.aside}
        </List.Item>
      )}
    </List>
  );
}
