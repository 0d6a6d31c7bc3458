import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A user of this machine. */
export interface MachineUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Null where the machine has none of that name; directories (LDAP) are asked where the system's own tool is there. */
export function machineUser(name: string): MachineUser | null {
  const line = passwdLine(name)?.split(':');
  if (!line || line[0] !== name) return null;
  const [uid, gid] = [Number(line[2]), Number(line[3])];
  if (!Number.isInteger(uid) || !Number.isInteger(gid)) return null;
  return { name, uid, gid, home: line[5] || '/', shell: line[6]?.trim() || '/bin/sh' };
}

function passwdLine(name: string): string | undefined {
  try {
    return execFileSync('getent', ['passwd', '--', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    const all = readFileSync('/etc/passwd', 'utf8').split('\n');
    return all.find((line) => line.startsWith(`${name}:`));
  }
}
