import { describe, expect, it } from 'vitest';
import { proxyOfEnvironment } from './proxy-of.ts';

const env = {
  HTTP_PROXY: 'http://plain:3128',
  https_proxy: 'safe:3128',
  NO_PROXY: 'intra.example.org, .corp, lab:8080',
};
const through = (url: string, given: Record<string, string> = env) => proxyOfEnvironment(new URL(url), given);

describe('the proxy of an address', () => {
  it.each([
    ['http://example.org/', 'http://plain:3128'],
    ['https://example.org/', 'http://safe:3128'],
    ['https://intra.example.org/', null],
    ['https://a.intra.example.org/', null],
    ['https://notintra.example.org/', 'http://safe:3128'],
    ['http://build.corp/', null],
    ['http://lab:8080/', null],
    ['http://lab/', 'http://plain:3128'],
  ])('for %s is %s', (url, proxy) => {
    expect(through(url)).toBe(proxy);
  });

  it.each(['http://localhost:1/', 'http://127.0.0.1:8667/', 'http://127.9.9.9/', 'http://[::1]/'])(
    'is never asked for this machine itself, %s',
    (url) => {
      expect(through(url)).toBeNull();
    },
  );

  it('is none where none is set, or the list is of everything', () => {
    expect(through('http://example.org/', {})).toBeNull();
    expect(through('http://example.org/', { ...env, NO_PROXY: '*' })).toBeNull();
    expect(through('http://example.org/', { HTTP_PROXY: '' })).toBeNull();
  });
});
