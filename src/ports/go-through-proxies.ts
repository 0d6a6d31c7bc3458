import type { Dispatcher } from 'undici';
import { proxyOfEnvironment } from './proxy-of.ts';

/**
 * Sends every `fetch` of this process through the proxies that its environment names, on each Node that we run on; what
 * asks by other means takes `proxyAgents`. Does nothing, and loads nothing, where none is named.
 */
export async function goThroughProxies(env: NodeJS.ProcessEnv): Promise<void> {
  if (!['http_proxy', 'https_proxy'].some((name) => env[name] || env[name.toUpperCase()])) return;
  const undici = await import('undici');
  const direct = new undici.Agent();
  const open = new Map<string, Dispatcher>();
  undici.setGlobalDispatcher(
    direct.compose((dispatch) => (options, handler) => {
      const proxy = proxyOfEnvironment(new URL(String(options.origin)), env);
      if (proxy === null) return dispatch(options, handler);
      const through = open.get(proxy) ?? new undici.ProxyAgent({ uri: proxy });
      open.set(proxy, through);
      return through.dispatch(options, handler);
    }),
  );
}

/** Agents for what asks by Node's own http and https; undefined where `url` is asked directly. */
export async function proxyAgents(url: URL, env: NodeJS.ProcessEnv = process.env) {
  const proxy = proxyOfEnvironment(url, env);
  if (proxy === null) return undefined;
  const [{ HttpProxyAgent }, { HttpsProxyAgent }] = await Promise.all([
    import('http-proxy-agent'),
    import('https-proxy-agent'),
  ]);
  return { httpAgent: new HttpProxyAgent(proxy), httpsAgent: new HttpsProxyAgent(proxy) };
}
