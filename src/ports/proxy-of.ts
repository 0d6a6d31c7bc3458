export interface Proxies {
  readonly http_proxy: string | null;
  readonly https_proxy: string | null;
  /** Hosts that are reached directly, comma-separated, `host:port` for one port; `*` for all. */
  readonly no_proxy: string | null;
}

/** In the small or capital letters that other programs take; an empty value is none. */
function proxiesOf(env: NodeJS.ProcessEnv): Proxies {
  const read = (name: string): string | null => env[name] || env[name.toUpperCase()] || null;
  return { http_proxy: read('http_proxy'), https_proxy: read('https_proxy'), no_proxy: read('no_proxy') };
}

/** The proxy that the environment names for an address; null for directly, as this machine's own addresses always are. */
export function proxyOfEnvironment(url: URL, env: NodeJS.ProcessEnv): string | null {
  return isOwn(url.hostname.toLowerCase()) ? null : proxyOf(url, proxiesOf(env));
}

/** The proxy through which an address is asked; null for directly. */
export function proxyOf(url: URL, { http_proxy, https_proxy, no_proxy }: Proxies): string | null {
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const names = (no_proxy ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  if (names.some((name) => isMeant(name, host, port))) return null;
  const proxy = url.protocol === 'https:' ? https_proxy : http_proxy;
  return proxy === null || proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isOwn(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

function isMeant(name: string, host: string, port: string): boolean {
  if (name === '*') return true;
  const [, bare = name, only] = /^(.*?)(?::(\d+))?$/.exec(name.replace(/^\*?\./, '')) ?? [];
  return (only === undefined || only === port) && (host === bare || host.endsWith(`.${bare}`));
}
