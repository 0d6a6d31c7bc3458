import { expect, it } from 'vitest';
import { serverVersion } from './server-version.ts';

it('reads the version of a server from its first page, of either generation, or none', () => {
  expect(serverVersion('… i18n("version %s", "6.2.4.1.930973") …')).toBe('6.2.4.1.930973');
  expect(serverVersion('<span class="productVersion">v. 8.2.0.1</span>')).toBe('8.2.0.1');
  expect(serverVersion('<div\n class="productVersion" lang="en">7.0</div>')).toBe('7.0');
  expect(serverVersion('<html>Sign in</html>')).toBe(null);
  expect(serverVersion('<span class="productVersion">unknown</span>')).toBe(null);
});
