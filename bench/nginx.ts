import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../test/free-port.ts';

// named here, since nothing of the project needs it
const program = 'nginx';

/**
 * nginx with one worker over a folder, without a log, as a peer to compare with; null where it is not installed. Its
 * connections last as ours do, and it may read what this user may read.
 */
export async function serveByNginx(work: string, files: string): Promise<{ port: number; child: ChildProcess } | null> {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const port = await freePort();
  await mkdir(work);
  const user = userInfo().uid === 0 ? 'user root;' : '';
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${work}/${name};`,
  );
  await writeFile(
    join(work, 'nginx.conf'),
    `daemon off; worker_processes 1; ${user} error_log ${work}/error.log; pid ${work}/pid; events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; ${paths.join(' ')}
  server { listen 127.0.0.1:${port}; root ${files}; } }`,
  );
  const child = spawn(program, ['-p', work, '-c', join(work, 'nginx.conf')], { stdio: 'ignore' });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answers = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answers) return { port, child };
    await new Promise((done) => setTimeout(done, 50));
  }
  child.kill('SIGTERM');
  throw new Error('nginx did not start');
}
