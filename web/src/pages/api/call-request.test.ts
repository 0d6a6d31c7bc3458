import { beforeEach, describe, expect, it, vi } from 'vitest';
import { callsOf } from './contract.ts';

vi.mock('../../api/base-path.ts', () => ({ basePath: '/lockstep' }));
beforeEach(() => vi.stubGlobal('window', { location: { origin: 'https://here.example' } }));

const json = { content: { 'application/json': { schema: { type: 'object' } } } };
const contract = {
  info: { title: '', version: '', description: '' },
  paths: {
    '/api/plans/{id}/apply': {
      post: { operationId: 'applyPlan', requestBody: json, parameters: [{ name: 'id', in: 'path', required: true }] },
    },
    '/api/processes': {
      get: {
        operationId: 'listProcesses',
        parameters: [
          { name: 'search', in: 'query' },
          { name: 'kind', in: 'query' },
        ],
      },
    },
  },
};

describe('a call that is tried', () => {
  it('has its parameters in the address, and leaves out what was not filled in', async () => {
    const { requestOf } = await import('./call-request.ts');
    const [apply, list] = callsOf(contract);
    const one = requestOf(apply!, { values: { id: 'a/b' }, body: '{"why":"now"}', files: {} });
    expect(one.address).toBe('/lockstep/api/plans/a%2Fb/apply');
    expect(one.request).toMatchObject({ method: 'POST', body: '{"why":"now"}' });
    expect(requestOf(list!, { values: { search: 'a b', kind: '' }, body: null, files: {} }).address).toBe(
      '/lockstep/api/processes?search=a+b',
    );
  });

  it('is the same for a terminal, quoted, and without anybody’s token', async () => {
    const { curlOf } = await import('./call-request.ts');
    const [apply] = callsOf(contract);
    const line = curlOf(apply!, { values: { id: '3' }, body: `{"why":"it's time"}`, files: {} });
    expect(line).toContain("'https://here.example/lockstep/api/plans/3/apply'");
    expect(line).toContain(`-d '{"why":"it'\\''s time"}'`);
    expect(line).toContain('Bearer $LOCKSTEP_TOKEN');
  });
});
