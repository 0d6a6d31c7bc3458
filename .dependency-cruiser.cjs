// Who may import whom. The map and its reasons are in ARCHITECTURE.md.
const pure = ['plugin', 'process', 'upgrade'];

const allowed = {
  failure: [],
  ports: [],
  product: [],
  plugin: [],
  process: ['plugin'],
  upgrade: ['process', 'plugin'],
  preview: ['upgrade', 'process', 'plugin'],
  package: [],
  python: [],
  family: ['package', 'plugin', 'upgrade', 'python'],
  repository: ['package', 'plugin'],
  store: [],
  host: ['repository', 'package', 'plugin', 'python', 'store'],
  catalogue: ['upgrade', 'process', 'plugin', 'store'],
  run: ['process', 'plugin', 'host', 'store'],
  api: ['plugin', 'process', 'upgrade', 'store'],
  service: [
    'product',
    'api',
    'plugin',
    'process',
    'upgrade',
    'family',
    'package',
    'repository',
    'host',
    'catalogue',
    'run',
    'store',
    'preview',
  ],
  server: ['product', 'api', 'service'],
  cli: [
    'product',
    'api',
    'service',
    'server',
    'plugin',
    'process',
    'upgrade',
    'family',
    'package',
    'repository',
    'host',
    'catalogue',
    'run',
    'store',
    'preview',
  ],
};

module.exports = {
  forbidden: [
    ...Object.entries(allowed).map(([folder, may]) => ({
      name: `${folder}-imports`,
      severity: 'error',
      comment: `src/${folder} may import: ${['failure', 'ports', ...may].join(', ')}`,
      from: { path: `^src/${folder}/`, pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/([^/]+)/',
        pathNot: [
          `^src/${folder}/`,
          '^src/failure/',
          ...(pure.includes(folder) ? [] : ['^src/ports/']),
          ...may.map((name) => `^src/${name}/`),
        ],
        // the store knows the shapes it keeps, never their code
        ...(folder === 'store' ? { dependencyTypesNot: ['type-only'] } : {}),
      },
    })),
    {
      name: 'the-contract-knows-shapes',
      severity: 'error',
      comment:
        'src/api is read by the page and by other programs: of other folders it takes types, and the lists of states',
      from: { path: '^src/api/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/(?!api/|failure/)',
        pathNot: '^src/store/index-states\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-page-knows-the-contract',
      severity: 'error',
      comment: 'web imports the contract: its types and its addresses, and nothing else of ours',
      from: { path: '^web/src/' },
      to: { path: '^src/', pathNot: '^src/(api/|upgrade/|process/|plugin/)' },
    },
    {
      name: 'pure-folders-touch-nothing',
      severity: 'error',
      comment: 'plugin, process and upgrade decide; files, network, processes and clocks stand elsewhere',
      from: { path: `^src/(${pure.join('|')})/`, pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer|util)$' },
    },
    {
      name: 'through-the-front-door',
      severity: 'error',
      comment: 'a folder is entered by its index.ts, or by an index-….ts for a part that must start quickly',
      from: { path: '^src/([^/]+)/', pathNot: ['\\.test\\.ts$', '/testing/'] },
      to: {
        path: '^src/(?!failure|api)([^/]+)/.+',
        pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', '^src/[^/]+/index-[a-z]+\\.ts$'],
      },
    },
    {
      name: 'a-database-is-one-folder',
      severity: 'error',
      comment:
        'src/store asks the list of drivers, or an open store; only the lock of a folder is of SQLite, and only servers on PostgreSQL talk',
      from: {
        path: '^src/store/((migrations|sealing)/|[^/]+$)',
        pathNot: ['\\.test\\.ts$', '^src/store/(drivers|folder-lock|index)\\.ts$'],
      },
      to: { path: '^src/store/(?!migrations/|sealing/)[^/]+/' },
    },
    {
      name: 'the-frame-holds-pages',
      severity: 'error',
      comment: 'web: what pages share is in parts; nothing below the frame knows it, and parts know no page',
      from: { path: '^web/src/(api|graph|look|pages|parts|session|text)/' },
      to: { path: '^web/src/frame/' },
    },
    {
      name: 'parts-know-no-page',
      severity: 'error',
      from: { path: '^web/src/(graph|parts)/' },
      to: { path: '^web/src/pages/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'tests-are-leaves',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$' },
      to: { path: '\\.test\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
