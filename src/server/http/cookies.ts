import type { FastifyReply, FastifyRequest } from 'fastify';

export const sessionCookie = 'lockstep_session';
/** Of a sign-in at a provider that is under way. */
export const signInCookie = 'lockstep_sign_in';

/** A cookie's value, where a request has it. */
export function readCookie(request: FastifyRequest, wanted: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === wanted && value) return value;
  }
  return null;
}

/** The page's session; null ends it. */
export function keepSession(
  reply: FastifyReply,
  secret: string | null,
  { secure, hours = 14 * 24 }: { readonly secure: boolean; readonly hours?: number },
): void {
  const age = secret === null ? 0 : hours * 3600;
  reply.header(
    'set-cookie',
    `${sessionCookie}=${secret ?? ''}; Path=${reply.server.basePath}/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure ? '; Secure' : ''}`,
  );
}

/** A browser comes back from the provider's site, so that this one must be sent along from there. */
export function keepSignIn(
  reply: FastifyReply,
  kept: string | null,
  { secure, path }: { readonly secure: boolean; readonly path: string },
): void {
  const age = kept === null ? 0 : 600;
  reply.header(
    'set-cookie',
    `${signInCookie}=${kept ?? ''}; Path=${reply.server.basePath}${path}; HttpOnly; SameSite=Lax; Max-Age=${age}${secure ? '; Secure' : ''}`,
  );
}
