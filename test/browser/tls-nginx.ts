import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../free-port.ts';

const run = promisify(execFile);
// named here, since nothing of the project needs it
const program = 'nginx';

/** Whether this machine has what `startTlsNginx` starts. */
export async function hasNginx(): Promise<boolean> {
  const tools = [run(program, ['-v']), run('openssl', ['version'])];
  return (await Promise.allSettled(tools)).every(({ status }) => status === 'fulfilled');
}

export interface TlsNginx {
  /** `https://localhost:PORT`; what is not below `/lockstep/` is answered 404. */
  readonly origin: string;
  /** The file with the certificate, which nobody else signed. */
  readonly certificate: string;
  /** Every address that was asked for. */
  asked(): Promise<string[]>;
  stop(): Promise<void>;
}

/** nginx with TLS as the guides configure it, before a server at that port of this machine. */
export async function startTlsNginx(folder: string, behind: number, strips: boolean): Promise<TlsNginx> {
  const port = await freePort();
  const at = (name: string): string => join(folder, name);
  await mkdir(folder, { recursive: true });
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('key.pem')];
  await run('openssl', ['req', '-x509', ...key, '-days', '2', ...subject, '-out', at('certificate.pem')]);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${at(kind)};`,
  );
  const root = process.getuid?.() === 0 ? 'user root;' : '';
  await writeFile(
    at('nginx.conf'),
    `daemon off; worker_processes 1; ${root} error_log ${at('error.log')}; pid ${at('pid')};
events { worker_connections 256; }
http {
  log_format asked '$request_uri'; access_log ${at('access.log')} asked; ${temporary.join(' ')}
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${at('certificate.pem')}; ssl_certificate_key ${at('key.pem')};
    client_max_body_size 512m;
    location /lockstep/ {
      proxy_pass http://127.0.0.1:${behind}${strips ? '/' : ''};
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_read_timeout 1h;
    }
    location / { return 404; }
  }
}
`,
  );
  const child = spawn(program, ['-p', folder, '-c', at('nginx.conf')], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  // it writes its number once it listens
  while (!(await readFile(at('pid'), 'utf8').catch(() => ''))) {
    if (child.exitCode !== null) throw new Error(await readFile(at('error.log'), 'utf8'));
    await pause(20);
  }
  return {
    origin: `https://localhost:${port}`,
    certificate: at('certificate.pem'),
    asked: async () => (await readFile(at('access.log'), 'utf8')).split('\n').filter(Boolean),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
