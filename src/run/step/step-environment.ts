/**
 * What steps may see of the environment of whoever runs them, unless more is named: enough for programs to be found and to
 * speak the machine's language. The rest (keys of clouds, passwords of databases) is meant for a server, not for a plugin.
 */
export const stepEnvironment: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'LC_*',
  'TZ',
  'TMPDIR',
  'TMP',
  'TEMP',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  '*_HOME',
];

/** The variables of an environment that steps may see: of the list above and of `more`, where `*` stands for any letters. */
export function allowedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  more: readonly string[] = [],
): Record<string, string> {
  const patterns = [...stepEnvironment, ...more];
  const allowed = (name: string): boolean => patterns.some((pattern) => matches(name, pattern));
  return Object.fromEntries(
    Object.entries(environment).filter(
      // ours are secrets and settings of ours, whatever the list says
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !entry[0].startsWith('LOCKSTEP_') && allowed(entry[0]),
    ),
  );
}

function matches(name: string, pattern: string): boolean {
  const [head = '', ...tails] = pattern.split('*');
  if (tails.length === 0) return name === pattern;
  const last = tails.pop()!;
  if (!name.startsWith(head) || !name.endsWith(last) || name.length < head.length + last.length) return false;
  let at = head.length;
  for (const middle of tails) {
    const found = name.indexOf(middle, at);
    if (found < 0 || found + middle.length > name.length - last.length) return false;
    at = found + middle.length;
  }
  return true;
}
