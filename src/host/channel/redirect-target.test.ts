import { expect, it } from 'vitest';
import { redirectTarget } from './redirect-target.ts';

const secure = new URL('https://channel.example/stable/');
const plain = new URL('http://channel.example/stable/');

it('a redirect never leads from https down to http, nor to anything but the two', () => {
  for (const location of ['http://channel.example/stable/', 'http://evil.example/']) {
    expect(() => redirectTarget(secure, location)).toThrow('from https to http');
  }
  expect(() => redirectTarget(plain, 'file:///etc/passwd')).toThrow('redirects to file:');
  expect(() => redirectTarget(secure, 'http://[')).toThrow('no address');
});

it('a redirect may stay, climb to https, or be relative', () => {
  expect(redirectTarget(plain, 'https://other.example/x').href).toBe('https://other.example/x');
  expect(redirectTarget(secure, '../x').href).toBe('https://channel.example/x');
  expect(redirectTarget(plain, '/y').href).toBe('http://channel.example/y');
});
