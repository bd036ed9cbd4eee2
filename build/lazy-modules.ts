/**
 * An esbuild plugin that keeps what the official client loads but we rarely use out of the start of the program.
 *
 * `@kubernetes/client-node/dist/config.js` brings in undici, three proxy libraries, an OpenID client and the whole generated API: 2.3 MB evaluated before
 * the first request. Ways to log in that few use become chunks that load when a kubeconfig asks for them; what Podwright has its own way for
 * (requests go over node:https, proxies are in src/kube/proxy-agent.ts) is left out, and says so if it is ever reached.
 *
 * Node's own http is required, not imported: an ES import reads all its exports, and one of them, WebSocket, is a getter that loads Node's inner
 * undici with the web streams. Measured, that is a fifth of the processor time of a `get`.
 */
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Authenticators by file: the class, and the name of the auth provider that it serves (the same test as its own `isAuthProvider`). */
const authenticators: Readonly<Record<string, { readonly exported: string; readonly provider: string }>> = {
  './oidc_auth.js': { exported: 'OpenIDConnectAuth', provider: 'oidc' },
  './gcp_auth.js': { exported: 'GoogleCloudPlatformAuth', provider: 'gcp' },
  './azure_auth.js': { exported: 'AzureAuth', provider: 'azure' },
};

/** What config.js imports for ways that Podwright does not go, by specifier. */
const unused: Readonly<Record<string, readonly string[]>> = {
  undici: ['Agent', 'ProxyAgent'],
  socks: ['SocksClient'],
  'socks-proxy-agent': ['SocksProxyAgent'],
  hpagent: ['HttpProxyAgent', 'HttpsProxyAgent'],
  './gen/index.js': ['createConfiguration', 'ServerConfiguration'],
  './middleware.js': ['setHeaderMiddleware'],
};

/** Programs are only run for exec plugins, and for a kubeconfig of Windows seen from inside. */
const execImporter = /[\\/]client-node[\\/]dist[\\/](config|exec_auth)\.js$/;
const lazyChildProcess = `export default {
  spawn: (...args) => require('node:child_process').spawn(...args),
  spawnSync: (...args) => require('node:child_process').spawnSync(...args),
};`;

const importer = /[\\/]@kubernetes[\\/]client-node[\\/]dist[\\/]config\.js$/;

/** The plugin. Of packages it touches only what the client's config.js imports. The bundle needs a `require`, made by `createRequire`. */
export function lazyModules(): Plugin {
  return {
    name: 'lazy-modules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:https?$/ }, ({ path, namespace }) => (namespace === 'required' ? { path, external: true } : { path, namespace: 'required' }));
      onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({ contents: `module.exports = require(${JSON.stringify(path)});` }));
      onResolve({ filter: /^node:child_process$/ }, ({ path, importer: from }) => (execImporter.test(from) ? { path, namespace: 'lazy-builtin' } : undefined));
      onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, () => ({ contents: lazyChildProcess }));
      onResolve({ filter: /.*/ }, ({ path, importer: from, resolveDir }) => {
        if (!importer.test(from)) {
          return undefined;
        }
        if (authenticators[path] !== undefined) {
          return { path, namespace: 'lazy-authenticator', pluginData: { file: join(resolveDir, path) } };
        }
        return unused[path] === undefined ? undefined : { path, namespace: 'left-out' };
      });
      onLoad({ filter: /.*/, namespace: 'lazy-authenticator' }, ({ path, pluginData }) => {
        const { exported, provider } = authenticators[path] ?? { exported: '', provider: '' };
        const { file } = pluginData as { file: string };
        return { contents: lazyAuthenticator(exported, provider, file), resolveDir: dirname(file) };
      });
      onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: (unused[path] ?? []).map((name) => leftOut(name, path)).join('\n') }));
    },
  };
}

function lazyAuthenticator(exported: string, provider: string, file: string): string {
  return `
    export class ${exported} {
      isAuthProvider(user) { return user?.authProvider?.name === ${JSON.stringify(provider)}; }
      async applyAuthentication(user, options) {
        this.real ??= import(${JSON.stringify(file)}).then((module) => new module.${exported}());
        return (await this.real).applyAuthentication(user, options);
      }
    }`;
}

function leftOut(name: string, path: string): string {
  return `export function ${name}() { throw new Error(${JSON.stringify(`${name} of ${path} is left out of this program`)}); }`;
}
