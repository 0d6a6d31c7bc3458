import type { FastifyPluginAsync } from 'fastify';
import type { Services } from '../../../service/index.ts';
import type { Authenticate } from '../../http/authenticate.ts';
import { addImportPaths } from './import-paths.ts';
import { oldPaths } from './old-paths.ts';
import { addOwnerPaths } from './owner-paths.ts';
import { addPluginPaths } from './plugin-paths.ts';
import { addProcessPaths } from './process-paths.ts';
import { addRequestPaths } from './request-paths.ts';

/** The paths that scripts for UrbanCode Deploy use, as a thin adapter over the same acts as `/api`. */
export function urbanCodeApi(services: Services, authenticate: Authenticate): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true };
    });
    // scripts often send JSON under another type, or under none
    // as it was written: an import keeps every digit of it
    app.removeContentTypeParser('application/json');
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    app.addContentTypeParser(
      ['text/plain', 'application/x-www-form-urlencoded'],
      { parseAs: 'string' },
      (_request, body, done) => done(null, body),
    );
    const paths = oldPaths(app, services, authenticate);
    addPluginPaths(paths);
    addRequestPaths(paths);
    addProcessPaths(paths);
    addOwnerPaths(paths);
    addImportPaths(paths);
  };
}
