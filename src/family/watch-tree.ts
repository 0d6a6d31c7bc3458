import { basename, relative, sep } from 'node:path';

export interface WatchOptions {
  /** Folders to watch, with everything below them. */
  readonly folders: readonly string[];
  /** Called with the changed files, never twice at a time; changes that come meanwhile make one further call. */
  readonly onChange: (files: readonly string[]) => Promise<void>;
  readonly onReady?: () => void;
  readonly signal: AbortSignal;
  /** How long nothing may happen before a change is acted on, in milliseconds: editors save in several steps. */
  readonly settle?: number;
}

/** Watches folders until the signal is given; hidden files and `_build` do not count. Rejects with what `onChange` throws. */
export async function watchTree({ folders, onChange, onReady, signal, settle = 80 }: WatchOptions): Promise<void> {
  const ignored = (path: string): boolean => {
    const folder = folders.find((one) => path.startsWith(one + sep));
    const below = folder === undefined ? '' : relative(folder, path);
    return below.split(sep).includes('_build') || (below !== '' && basename(path).startsWith('.'));
  };
  // only who watches pays for loading it
  const { watch } = await import('chokidar');
  const watcher = watch([...folders], { ignoreInitial: true, ignored });
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let acting = false;
  try {
    await new Promise<void>((done, fail) => {
      const act = async (): Promise<void> => {
        if (acting || changed.size === 0) return;
        acting = true;
        const files = [...changed].sort();
        changed = new Set();
        await onChange(files);
        acting = false;
        await act();
      };
      watcher.on('all', (_event, path) => {
        changed.add(path);
        clearTimeout(timer);
        timer = setTimeout(() => act().catch(fail), settle);
      });
      watcher.on('ready', () => onReady?.());
      watcher.on('error', fail);
      if (signal.aborted) done();
      signal.addEventListener('abort', () => done(), { once: true });
    });
  } finally {
    clearTimeout(timer);
    await watcher.close();
  }
}
