/** What a deed of the activity can be about. */
export const subjectKinds = [
  'plugin',
  'process',
  'plan',
  'channel',
  'run',
  'user',
  'token',
  'setting',
  'server',
] as const;
