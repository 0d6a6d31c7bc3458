import type { FastifyInstance } from 'fastify';

/** The path below which others see this server, without a slash at its end: `/lockstep` of `https://tools.example.org/lockstep/`. */
export function basePathOf(url: string | null): string {
  return url === null ? '' : new URL(url).pathname.replace(/\/+$/, '');
}

/** The address as routes have it, whether a proxy took the base path away or passed it on. */
export function withoutBase(basePath: string, url: string): string {
  if (basePath === '' || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  return rest.startsWith('/') ? rest : rest === '' || rest.startsWith('?') ? `/${rest}` : url;
}

/** Lets every answer that names an address of this server name it as others see it. */
export function knowBasePath(app: FastifyInstance, basePath: string): void {
  app.decorate('basePath', basePath);
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly basePath: string;
  }
}
