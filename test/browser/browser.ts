import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Role } from '../../src/api/permission.ts';
import { startTestServer, type TestServer } from '../../src/server/testing/start-test-server.ts';
import { projectRoot } from '../journey/lockstep.ts';
import { builtPage } from './built-page.ts';
import { startedChromium } from './chromium.ts';

/**
 * Tabs before a real server of its own, with the page as its sources stand. It is started in a quarter of a second: every
 * try of a test has one of its own (`beforeEach`), and meets nothing that another test or a former try left behind. Tabs
 * share nothing, so that the tests of a file share one Chromium (`share-chromium.ts`).
 */
export interface TestBrowser {
  readonly server: TestServer;
  /** A tab of the first admin, signed in, at a path such as `/processes`. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** A tab of another person, made with this role where they are new. */
  openAs(person: { readonly name: string; readonly role: Role }, path: string): Promise<Page>;
  /** A tab where nobody has signed in. */
  openSignedOut(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** What a test expects the console to say: such as a request that the server has to refuse. */
  tolerate(complaint: RegExp): void;
  /** Console errors and warnings, uncaught errors and blocked contents of every tab so far. */
  readonly complaints: readonly string[];
  /**
   * Serious and critical findings of axe about what a tab shows now, as sentences; empty when there is none. All its
   * rules are asked unless some are named.
   */
  accessibilityFindings(page: Page, rules?: readonly string[]): Promise<string[]>;
  /** Closes tabs and server; fails when any tab complained. */
  close(): Promise<void>;
}

/** How long a test waits for what must come, in ms: no measure of speed, only an end for what never comes. */
const patience = 40_000;

/** The page is built as people get it, or, unless told so, in the way that makes React complain of mistakes. */
export async function openBrowser(
  flags: Parameters<typeof startTestServer>[1] = {},
  mode: Parameters<typeof builtPage>[0] = 'development',
): Promise<TestBrowser> {
  const [web, chromium] = await Promise.all([builtPage(mode), startedChromium()]);
  const limits = { body: 32 * 2 ** 20, upload: 256 * 2 ** 20, perMinute: 1_000_000 };
  const server = await startTestServer({ web, limits }, flags);
  const tabs: BrowserContext[] = [];
  const said: string[] = [];
  const tolerated: RegExp[] = [];
  const complaints = (): string[] => said.filter((line) => !tolerated.some((pattern) => pattern.test(line)));

  async function newTab(options: BrowserContextOptions): Promise<{ context: BrowserContext; page: Page }> {
    const context = await chromium.newContext({
      baseURL: server.url,
      locale: 'en-GB',
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      ...options,
    });
    tabs.push(context);
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        said.push(`${message.type()} at ${page.url()}: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => said.push(`uncaught at ${page.url()}: ${error.stack ?? error.message}`));
    page.on('dialog', (dialog) => {
      if (dialog.type() === 'alert') said.push(`a script ran at ${page.url()}: alert(${dialog.message()})`);
      void dialog.accept().catch(() => undefined);
    });
    return { context, page };
  }

  async function openWithToken(token: string, path: string, options: BrowserContextOptions): Promise<Page> {
    const { context, page } = await newTab(options);
    // whoever has been here before is not offered the tour
    await context.addInitScript(() => localStorage.setItem('lockstep.tour', 'seen'));
    const answer = await context.request.post('/api/session', {
      headers: { 'X-Lockstep-Page': '1' },
      data: { token },
    });
    if (!answer.ok()) throw new Error(`signing in: ${answer.status()} ${await answer.text()}`);
    await page.goto(path);
    return page;
  }

  return {
    server,
    get complaints() {
      return complaints();
    },
    tolerate: (pattern) => void tolerated.push(pattern),
    open: (path, options = {}) => openWithToken(server.token, path, options),
    async openAs({ name, role }, path) {
      await server.services.accounts.createUser({ name, role }).catch((error: { code?: string }) => {
        if (error.code !== 'user-exists') throw error;
      });
      const { secret } = await server.services.accounts.createToken({
        user: name,
        label: 'tab',
        scopes: null,
        days: 1,
      });
      return openWithToken(secret, path, {});
    },
    async openSignedOut(path, options = {}) {
      const { page } = await newTab(options);
      await page.goto(path);
      return page;
    },
    accessibilityFindings,
    async close() {
      try {
        await Promise.all(tabs.map((context) => context.close()));
      } finally {
        await server.stop();
      }
      const left = complaints();
      if (left.length > 0) throw new Error(`The page complained:\n${left.join('\n')}`);
    },
  };
}

let axe: Promise<string> | undefined;
const axeSource = (): Promise<string> =>
  (axe ??= readFile(join(projectRoot, 'node_modules/axe-core/axe.min.js'), 'utf8'));

async function accessibilityFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // evaluated through the debugger, which no Content-Security-Policy stops
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await axeSource());
  const results = await page.evaluate(
    async (runOnly) => {
      const { axe } = globalThis as unknown as { axe: { run(what: object, how: object): Promise<AxeResults> } };
      return axe.run(document, { resultTypes: ['violations'], ...runOnly });
    },
    rules ? { runOnly: [...rules] } : {},
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 300)}`));
}
