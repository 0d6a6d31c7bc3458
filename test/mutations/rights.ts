import type { Mutation } from './mutation.ts';

const roles = 'src/server/roles.test.ts';
const door = 'src/server/every-door.test.ts';
const policy = 'src/service/runs/agent-policy.ts';
const bound = 'src/run/desk/bound-desk.ts';
const boundTest = 'src/run/desk/bound-desk.test.ts';
const sideDoors = 'src/server/side-doors.test.ts';

export const rights: readonly Mutation[] = [
  {
    what: 'a key that everybody may read is no fault',
    file: 'src/service/care/private-modes.ts',
    find: 'const everybody = (found.mode & 0o007) !== 0;',
    replace: 'const everybody = found.mode < 0;',
    test: ['src/service/care/examine-security.test.ts', 'names keys that everybody may read'],
  },
  {
    what: 'plain HTTP beyond this machine is passed over',
    file: 'src/service/care/examine-security.ts',
    find: "if (!isLoopback(listen.host) && !listen.url?.startsWith('https:')) {",
    replace: "if (listen.host === '') {",
    test: ['src/service/care/examine-security.test.ts', 'names what listens beyond this machine'],
  },
  {
    what: 'figures are for everybody',
    file: 'src/server/http/metrics.ts',
    find: "requirePermission(await authenticate(request), 'metrics-read')",
    replace: 'await authenticate(request)',
    test: [sideDoors, 'take somebody who may read them'],
  },
  {
    what: 'the port for figures shows more',
    file: 'src/server/http/metrics.ts',
    find: "request.url?.split('?', 1)[0] !== '/metrics'",
    replace: "request.url === ''",
    test: [sideDoors, 'are at a port of their own'],
  },
  {
    what: 'a channel tells everybody who published',
    file: 'src/server/channels/channel-routes.ts',
    find: 'if (!publicHistory && tellsNames(path)) {',
    replace: "if (!publicHistory && path === '') {",
    test: ['src/server/channels/channel-routes.test.ts', 'tells no names of what older versions wrote'],
  },
  {
    what: 'what publishing writes for everybody has names',
    file: 'src/repository/change-channel.ts',
    find: 'const forAll = publicHistory ? record : withoutNames(record);',
    replace: 'const forAll = publicHistory ? withoutNames(record) : record;',
    test: [sideDoors, 'lies in the repository in two files'],
  },
  {
    what: 'nobody is refused',
    file: 'src/service/accounts/actor.ts',
    find: 'if (!may(actor, permission)) {',
    replace: 'if (!actor) {',
    test: [roles, 'lets a scoped token do no more than its scopes'],
  },
  {
    what: 'scopes of tokens mean nothing',
    file: 'src/service/accounts/actor.ts',
    find: ' && (actor.scopes === null || actor.scopes.includes(permission))',
    replace: '',
    test: [roles, 'lets a scoped token do no more than its scopes'],
  },
  {
    what: 'the permission of a route is not asked',
    file: 'src/server/http/mount-routes.ts',
    find: "route.permission === 'public' ? actor : requirePermission(actor, route.permission)",
    replace: 'actor',
    test: [roles, 'lets a scoped token do no more than its scopes'],
  },
  {
    what: 'the old API asks for no right',
    file: 'src/server/old/provd/provd-api.ts',
    find: 'if (!may(request.actor, needs)) throw',
    replace: 'if (!request.actor.name) throw',
    test: [door, 'lets nobody do what is not theirs'],
  },
  {
    what: 'the UrbanCode API asks for no right',
    file: 'src/server/old/urbancode/old-paths.ts',
    find: 'request.actor = requirePermission(await authenticate(request), permission);',
    replace: 'request.actor = await authenticate(request);',
    test: [door, 'lets nobody do what is not theirs'],
  },
  {
    what: 'files with a dot are shown',
    file: 'src/server/channels/channel-routes.ts',
    find: '/^[^.\\\\\\0][^\\\\\\0]*$/.test(part)',
    replace: "part !== ''",
    test: ['src/server/channels/channel-routes.test.ts', 'shows nothing hidden and nothing outside'],
  },
  {
    what: 'a stream of events outlives its token',
    file: 'src/server/http/watch-events.ts',
    find: 'else raw.end();',
    replace: '',
    test: ['src/server/http/watch-events.test.ts', 'ends with the session or token'],
  },
  {
    what: 'pages run scripts that stand in them',
    file: 'src/server/http/security-headers.ts',
    find: '"script-src \'self\'"',
    replace: "\"script-src 'self' 'unsafe-inline'\"",
    test: [roles, 'is sent with a policy that runs no inline script'],
  },
  {
    what: 'the token of one agent speaks for another',
    file: bound,
    find: 'if (caller.agent !== null && name !== caller.agent)',
    replace: 'if (name === "")',
    test: [boundTest, 'speaks for no other'],
  },
  {
    what: 'somebody from outside is the agent inside of a server',
    file: bound,
    find: 'if (caller.agent === null && name.startsWith(builtInPrefix))',
    replace: 'if (name === "")',
    test: [boundTest, 'nobody from outside'],
  },
  {
    what: 'an agent gives itself labels',
    file: bound,
    find: 'if (more.length > 0)',
    replace: 'if (more.length > 99)',
    test: [boundTest, 'for no label but its own'],
  },
  {
    what: 'steps run as the server beside other users',
    file: policy,
    find: 'if (users.length > 1) return false;',
    replace: '',
    test: ['src/service/runs/built-in-agent.test.ts', 'only while nobody but the first admin is there'],
  },
  {
    what: 'steps run as a server that listens widely',
    file: policy,
    find: "return isLoopback(listen.host) ? null : off('listens-widely');",
    replace: 'return null;',
    test: ['src/service/runs/built-in-agent.test.ts', 'where the server listens beyond this machine'],
  },
  {
    what: 'steps get the whole environment',
    file: 'src/run/step/step-environment.ts',
    find: "!entry[0].startsWith('LOCKSTEP_') && allowed(entry[0])",
    replace: "!entry[0].startsWith('LOCKSTEP_')",
    test: ['src/run/step/agent-names.test.ts', 'steps see what programs need'],
  },
  {
    what: 'steps get what is Lockstep’s own',
    file: 'src/run/step/step-environment.ts',
    find: "!entry[0].startsWith('LOCKSTEP_') && allowed(entry[0])",
    replace: 'allowed(entry[0])',
    test: ['src/run/step/agent-names.test.ts', 'what is Lockstep’s own never'],
  },
  {
    what: 'an agent uses a plugin that was changed on its way',
    file: 'src/service/runs/unpack-plugin.ts',
    find: 'if (found !== digest)',
    replace: 'if (found === "")',
    test: ['src/service/runs/unpack-plugin.test.ts', 'only where it is exactly the content of its digest'],
  },
];
