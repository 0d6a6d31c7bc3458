/**
 * Every error that Lockstep throws: its HTTP status and its exit code.
 * Exit codes: 1 problems found · 2 wrong usage · 3 bad input · 4 refused · 5 open questions ·
 * 6 busy · 7 the machine (disk, network, other programs) · 8 not found · 9 not allowed · 10 our own fault · 130 interrupted.
 * Each code is described in docs/errors.md; a test compares the two.
 */
export const catalogue = {
  // any command
  usage: { status: 400, exit: 2 },
  internal: { status: 500, exit: 10 },
  interrupted: { status: 499, exit: 130 },
  'file-not-found': { status: 404, exit: 8 },
  'file-unreadable': { status: 500, exit: 7 },
  'disk-full': { status: 507, exit: 7 },
  'not-allowed': { status: 403, exit: 9 },
  'not-signed-in': { status: 401, exit: 9 },

  // texts
  'xml-not-well-formed': { status: 422, exit: 3 },
  'xml-not-safe': { status: 422, exit: 3 },
  'xml-not-valid': { status: 422, exit: 3 },
  'json-not-valid': { status: 422, exit: 3 },
  'yaml-not-valid': { status: 422, exit: 3 },
  'yaml-not-written': { status: 409, exit: 4 },
  'process-as-code': { status: 422, exit: 3 },

  // plugins
  'plugin-not-valid': { status: 422, exit: 3 },
  'plugin-not-found': { status: 404, exit: 8 },
  'plugin-in-use': { status: 409, exit: 4 },
  'plugin-conflict': { status: 409, exit: 4 },
  'plugin-lower-version': { status: 409, exit: 4 },
  'plugin-installed': { status: 409, exit: 4 },
  'plugin-not-offered': { status: 404, exit: 8 },
  'plugin-withdrawn': { status: 404, exit: 8 },
  'channel-not-set': { status: 409, exit: 2 },
  'operation-not-found': { status: 404, exit: 8 },
  'setting-not-valid': { status: 400, exit: 2 },
  'setting-unknown': { status: 404, exit: 8 },
  'upgrade-file-not-valid': { status: 422, exit: 3 },
  'lifecycle-file-not-valid': { status: 422, exit: 3 },
  'successor-not-valid': { status: 409, exit: 4 },

  // packages
  'package-not-readable': { status: 422, exit: 3 },
  'package-not-safe': { status: 422, exit: 3 },

  // repositories
  'index-not-valid': { status: 422, exit: 3 },
  'channel-ended': { status: 410, exit: 8 },
  'channel-lasts': { status: 409, exit: 4 },
  'channel-not-found': { status: 404, exit: 8 },
  'channel-unreachable': { status: 502, exit: 7 },
  'channel-busy': { status: 409, exit: 6 },
  'storage-not-safe': { status: 409, exit: 4 },
  'version-published': { status: 409, exit: 4 },
  'promotion-refused': { status: 409, exit: 4 },
  'generation-not-found': { status: 404, exit: 8 },
  'generation-cleared': { status: 409, exit: 4 },
  'package-damaged': { status: 422, exit: 3 },
  'upload-cut-off': { status: 400, exit: 7 },
  'signature-not-valid': { status: 422, exit: 4 },
  'signature-expired': { status: 422, exit: 4 },
  'signature-rolled-back': { status: 422, exit: 4 },
  'signing-keys': { status: 422, exit: 4 },

  // families
  'family-not-found': { status: 404, exit: 8 },
  'target-not-found': { status: 404, exit: 8 },
  'recipe-not-valid': { status: 422, exit: 3 },
  'recipe-refused': { status: 422, exit: 4 },
  'python-not-found': { status: 500, exit: 7 },
  'revision-not-found': { status: 404, exit: 8 },
  'build-busy': { status: 503, exit: 6 },
  'server-refused': { status: 502, exit: 4 },

  // processes
  'process-not-valid': { status: 422, exit: 3 },
  'process-not-found': { status: 404, exit: 8 },
  'process-ambiguous': { status: 409, exit: 2 },
  'process-edited': { status: 409, exit: 4 },
  'process-exists': { status: 409, exit: 4 },
  'process-is-draft': { status: 409, exit: 4 },
  'snapshot-not-found': { status: 404, exit: 8 },
  'snapshot-exists': { status: 409, exit: 4 },

  // plans
  'plan-not-found': { status: 404, exit: 8 },
  'plan-has-questions': { status: 409, exit: 5 },
  'plan-answer-not-valid': { status: 422, exit: 3 },
  'plan-state': { status: 409, exit: 4 },

  // runs
  'expression-not-resolved': { status: 422, exit: 3 },
  'properties-not-valid': { status: 422, exit: 3 },
  'run-needs-answers': { status: 422, exit: 5 },
  'run-not-found': { status: 404, exit: 8 },
  'run-state': { status: 409, exit: 4 },
  'run-circular': { status: 422, exit: 3 },
  'step-not-runnable': { status: 422, exit: 3 },
  'agent-not-found': { status: 404, exit: 8 },
  'agent-name-taken': { status: 409, exit: 6 },
  'agent-superseded': { status: 409, exit: 4 },
  'lease-lost': { status: 409, exit: 4 },
  'artefact-not-kept': { status: 422, exit: 3 },
  'artefact-not-found': { status: 404, exit: 8 },
  'secret-not-readable': { status: 500, exit: 7 },

  // data folder
  'data-busy': { status: 503, exit: 6 },
  'data-not-readable': { status: 500, exit: 7 },
  'data-newer': { status: 500, exit: 4 },
  'data-not-empty': { status: 409, exit: 4 },
  'database-unreachable': { status: 503, exit: 7 },
  'database-pooled': { status: 503, exit: 4 },

  // servers
  'request-not-valid': { status: 400, exit: 2 },
  'route-not-found': { status: 404, exit: 8 },
  'media-type-not-accepted': { status: 415, exit: 2 },
  'body-too-large': { status: 413, exit: 3 },
  'too-many-requests': { status: 429, exit: 6 },
  'server-busy': { status: 503, exit: 6 },
  'server-stopping': { status: 503, exit: 6 },
  'server-unreachable': { status: 502, exit: 7 },
  'config-not-valid': { status: 422, exit: 3 },
  'user-exists': { status: 409, exit: 4 },
  'sign-in-unreachable': { status: 502, exit: 7 },
  'sign-in-refused': { status: 403, exit: 9 },
  'sign-in-expired': { status: 403, exit: 9 },
  'sign-in-no-role': { status: 403, exit: 9 },
  'sign-in-name-taken': { status: 409, exit: 4 },
  'user-not-found': { status: 404, exit: 8 },
  'token-not-found': { status: 404, exit: 8 },
  'grant-not-found': { status: 404, exit: 8 },
  'last-admin': { status: 409, exit: 4 },
  'backup-not-valid': { status: 422, exit: 3 },
  'shell-code': { status: 400, exit: 3 },
} as const satisfies Record<string, { status: number; exit: number }>;

export type ErrorCode = keyof typeof catalogue;
