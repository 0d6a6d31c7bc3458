import { describe, expect, it } from 'vitest';
import { definition } from '../../../test/examples/small-plugin.ts';
import { parseLifecycleXml } from '../../plugin/index.ts';
import { lintPlugin } from './index.ts';

const plain = definition(3, { Fax: { host: null }, Mail: { host: null, node: null } });

function findings(inside: string, attributes = '', known?: Record<string, string | null>) {
  const text = `<lifecycle xmlns="urn:lockstep:lifecycle:1"${attributes}>\n${inside}\n</lifecycle>`;
  const { definition: ended } = parseLifecycleXml(text, 'lifecycle.xml', plain);
  const others = known ? new Map(Object.entries(known)) : undefined;
  return lintPlugin({ definition: ended, upgradeFile: null, ...(others && { others }) })
    .filter(({ where }) => where?.file === 'lifecycle.xml')
    .map(({ code, severity, message, where }) => `${where?.line} ${severity} ${code} ${message}`);
}

describe('linting a lifecycle.xml', () => {
  it('says what is to be used no more, since when, why, and what replaces it', () => {
    const inside = `<step name="Fax"><deprecated since="2026-11-01" use="Mail">Nobody has one</deprecated></step>
<step name="Mail"><property name="node"><deprecated since="2026-11-02">Too old.</deprecated></property></step>
<deprecated since="2026-12-01">See there.</deprecated>`;
    expect(findings(inside, ' successor="org.new"')).toEqual([
      '2 notice step-deprecated "Fax" is deprecated since 2026-11-01: Nobody has one. Use "Mail" instead.',
      '3 warning property-deprecated "node" of "Mail" is deprecated since 2026-11-02: Too old. Nothing replaces it.',
      '4 notice plugin-deprecated The plugin "Deployer" is deprecated since 2026-12-01: See there. Use "org.new" instead.',
    ]);
  });

  it('[SUCC-1] finds a successor that is not known, and successors that lead back', () => {
    const old = ' successor="org.new"';
    expect(findings('', old)).toEqual([]);
    expect(findings('', old, { 'org.new': null })).toEqual([]);
    expect(findings('', old, {})).toEqual(['1 warning successor-unknown The successor org.new is not known here.']);
    expect(findings('', old, { 'org.new': 'org.newer' })).toEqual([
      '1 warning successor-unknown The successor org.newer of org.new is not known here.',
    ]);
    expect(findings('', old, { 'org.new': 'org.example.deployer' })).toEqual([
      '1 error successor-circle The successors lead back: org.example.deployer → org.new → org.example.deployer.',
    ]);
  });
});
