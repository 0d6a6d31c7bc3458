import { Button, FileInput, Progress, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Failure } from '../../parts/failure.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SecretInput } from '../../parts/secret-input.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import classes from './preview-page.module.css';
import { PreviewShown } from './preview-shown.tsx';
import { readServer } from './read-server.ts';

/** What an upgrade would do on a server that somebody else runs: read, and nothing but read. */
export default function PreviewPage() {
  const { say } = useText();
  const { may } = useSession();
  const [url, setUrl] = useState('');
  const [token, setToken] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number } | null>(null);
  const stop = useRef<AbortController | null>(null);
  const read = useMutation({
    mutationFn: (chosen: File) => {
      stop.current = new AbortController();
      setProgress(null);
      return readServer({ url: url.trim(), token, package: chosen }, setProgress, stop.current.signal);
    },
  });
  const stopped = read.error instanceof DOMException && read.error.name === 'AbortError';
  return (
    <Stack>
      <PageHead title={say('preview.title')} />
      <Text maw={760}>{say('preview.intro')}</Text>
      <Panel title={say('preview.title')}>
        <form
          className={classes['form']}
          onSubmit={(event) => {
            event.preventDefault();
            if (file) read.mutate(file);
          }}
        >
          <TextInput
            label={say('preview.url')}
            placeholder="https://ucd.example.org:8443"
            type="url"
            required
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <SecretInput
            label={say('preview.token')}
            required
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          <FileInput label={say('preview.package')} required accept=".zip" value={file} onChange={setFile} />
          <div className={classes['acts']}>
            {read.isPending ? (
              <Button variant="default" onClick={() => stop.current?.abort()}>
                {say('preview.stop')}
              </Button>
            ) : (
              <Button type="submit" disabled={!may('settings-edit') || url === '' || token === '' || !file}>
                {say('preview.begin')}
              </Button>
            )}
            <span className={classes['note']}>
              {say('preview.readsOnly')} {url.startsWith('http://') && <strong>{say('preview.overHttp')}</strong>}
            </span>
          </div>
        </form>
        {read.isPending && (
          <div className={classes['progress']} role="status">
            {progress ? say('preview.reading', progress) : say('preview.begins')}
            <Progress
              value={progress ? (100 * progress.done) / Math.max(1, progress.total) : 0}
              aria-label={say('preview.title')}
            />
          </div>
        )}
      </Panel>
      {read.error && !stopped && <Failure error={read.error} />}
      {read.data === null && <Text role="alert">{say('preview.cutOff')}</Text>}
      {read.data && <PreviewShown read={read.data} />}
    </Stack>
  );
}
