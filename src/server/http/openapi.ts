import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

/** Collects every route into one OpenAPI document; must be registered before the routes. */
export async function addOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      ...(app.basePath !== '' && { servers: [{ url: app.basePath }] }),
      info: {
        title: 'Lockstep',
        version,
        description:
          'Everything that the page and the command line do. Send `Authorization: Bearer TOKEN`. An answer that is an error has a stable `code`, a message and what to do.',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'lockstep_session' },
        },
      },
    },
    hideUntagged: true,
  });
}

/** `/api/openapi.json` for programs, `/api/docs` for people: one page without any script. */
export function serveOpenApi(app: FastifyInstance): void {
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  let page: string | null = null;
  app.get('/api/docs', { schema: { hide: true } }, async (_request, reply) => {
    page ??= describeApi(app.swagger() as unknown as ApiDocument);
    return reply.type('text/html; charset=utf-8').send(page);
  });
  app.get('/api/docs.css', { schema: { hide: true } }, async (_request, reply) => reply.type('text/css').send(style));
}

interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
}

interface ApiOperation {
  readonly summary?: string;
  readonly description?: string;
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: unknown }>> };
  readonly responses?: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: unknown }>> }>
  >;
}

function describeApi(document: ApiDocument): string {
  const byTag = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'server';
      byTag.set(tag, [...(byTag.get(tag) ?? []), describeOperation(method, path, operation)]);
    }
  }
  const tags = [...byTag.keys()];
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(document.info.title)} API</title><link rel="stylesheet" href="docs.css">
<header><h1>${escapeHtml(document.info.title)} API ${escapeHtml(document.info.version)}</h1><p>${escapeHtml(document.info.description)}</p>
<p>As one document for programs: <a href="openapi.json">openapi.json</a></p></header>
<nav>${tags.map((tag) => `<a href="#${tag}">${escapeHtml(tag)}</a>`).join(' ')}</nav>
<main>${tags.map((tag) => `<section id="${tag}"><h2>${escapeHtml(tag)}</h2>${byTag.get(tag)!.join('')}</section>`).join('')}</main></html>`;
}

function describeOperation(method: string, path: string, operation: ApiOperation): string {
  const rows = (operation.parameters ?? []).map(
    (parameter) =>
      `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td>${parameter.in}${parameter.required ? ', required' : ''}</td><td>${escapeHtml(describeSchema(parameter.schema))}</td></tr>`,
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<h4>Takes ${escapeHtml(type)}</h4><pre>${escapeHtml(describeSchema(schema))}</pre>`,
  );
  const replies = Object.entries(operation.responses ?? {})
    .filter(([status]) => status.startsWith('2'))
    .map(([status, { content }]) => {
      const schema = Object.values(content ?? {})[0]?.schema;
      return `<h4>Answers ${status}</h4>${schema ? `<pre>${escapeHtml(describeSchema(schema))}</pre>` : ''}`;
    });
  return `<details id="${operation.operationId ?? ''}"><summary><b class="${method}">${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(operation.summary ?? '')}</summary>
<p>${escapeHtml(operation.description ?? '')}</p>${rows.length ? `<table>${rows.join('')}</table>` : ''}${bodies.join('')}${replies.join('')}</details>`;
}

interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly additionalProperties?: unknown;
  readonly patternProperties?: Readonly<Record<string, Shape>>;
}

/** A schema in the manner of a type, for reading. */
function describeSchema(schema: unknown, indent = ''): string {
  const shape = (schema ?? {}) as Shape;
  const note = shape.description ? `   — ${shape.description}` : '';
  if (shape.enum) return shape.enum.map((value) => JSON.stringify(value)).join(' | ') + note;
  if (shape.const !== undefined) return JSON.stringify(shape.const) + note;
  if (shape.anyOf) return shape.anyOf.map((one) => describeSchema(one, indent)).join(' | ') + note;
  if (shape.type === 'array') return `${describeSchema(shape.items, indent)}[]${note}`;
  if (shape.properties) {
    const inner = `${indent}  `;
    const lines = Object.entries(shape.properties).map(
      ([name, one]) => `${inner}${name}${shape.required?.includes(name) ? '' : '?'}: ${describeSchema(one, inner)}`,
    );
    return `{\n${lines.join('\n')}\n${indent}}`;
  }
  const values = Object.values(shape.patternProperties ?? {})[0];
  if (values) return `{ name: ${describeSchema(values, indent)} }${note}`;
  return (shape.type ?? 'any') + note;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;padding:0 1rem}
nav{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}details{border-top:1px solid #8884;padding:.4rem 0}summary{cursor:pointer}
pre{overflow:auto;background:#8881;padding:.75rem;font-size:.85rem}table{border-spacing:1rem .2rem}b{display:inline-block;width:4.5rem}
.get{color:#0a7}.post{color:#07c}.put,.patch{color:#b70}.delete{color:#c33}`;
