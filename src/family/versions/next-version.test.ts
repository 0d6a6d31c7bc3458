import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../plugin/index.ts';
import { isTestingVersion, nextVersion, type VersionStep } from './next-version.ts';

describe('the next version', () => {
  it.each<[version: string, step: VersionStep, next: string]>([
    ['0.4', 'next', '0.5'],
    ['0.9', 'next', '0.10'],
    ['1.9', 'next', '1.10'],
    ['1.1.9', 'next', '1.1.10'],
    ['0.4.02', 'next', '0.4.03'],
    ['1.22k2', 'next', '1.22k3'],
    ['1.0-dev', 'next', '1.0'],
    ['3.3.1-SP4', 'next', '3.3.1-SP5'],
    ['0.4', 'dev', '0.4.01'],
    ['0.4.01', 'dev', '0.4.02'],
    ['0.4.09', 'dev', '0.4.010'],
    ['0.1.9-beta.1', 'dev', '0.1.9-beta.2'],
    ['1.0-dev', 'dev', '1.0-dev.1'],
    ['0.4.02', 'release', '0.5'],
    ['0.4.010', 'release', '0.5'],
    ['0.9.01', 'release', '0.10'],
    ['0.1.9-beta.1', 'release', '0.1.9'],
    ['1.0-dev', 'release', '1.0'],
    ['0.4', 'release', '0.5'],
    ['1.4.2', 1, '2.0.0'],
    ['1.4.2', 2, '1.5.0'],
    ['0.4', 3, '0.4.1'],
    ['0.4.02', 2, '0.5'],
  ])('after %s (%s) is %s', (version, step, next) => {
    expect(nextVersion(version, step)).toBe(next);
  });

  it('is above what is published, however far that is', () => {
    expect(nextVersion('0.4', 'next', '0.7')).toBe('0.8');
    expect(nextVersion('0.4', 'dev', '0.4.03')).toBe('0.4.04');
    expect(nextVersion('0.4.02', 'release', '0.5')).toBe('0.6');
  });

  it('is higher than the version before, for every numeric version and step', () => {
    const version = fc.array(fc.nat(120), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(version, fc.constantFrom<VersionStep>('next', 'dev', 'release', 1, 2, 3), (text, step) => {
        expect(compareVersions(nextVersion(text, step), text)).toBeGreaterThan(0);
      }),
    );
  });

  it.each([
    ['0.4', false],
    ['0.10', false],
    ['0.4.01', true],
    ['0.4.010', true],
    ['1.0-dev', true],
    ['1.1.9', false],
  ])('%s is a testing version: %s', (version, testing) => {
    expect(isTestingVersion(version)).toBe(testing);
  });
});
