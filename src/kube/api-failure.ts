/**
 * Turns what goes wrong between us and an API server into a PodwrightError: the server's own message, what was asked for, and what to try.
 * Pure. Nothing here sees a token: only the method, the path and the address are named.
 */
import type { StatusCause } from '../core/change/field-conflicts.ts';
import { list, object as record } from '../core/json.ts';
import { type ErrorCode, PodwrightError } from '../core/podwright-error.ts';

/** A request as far as an error message needs it. */
export interface Asked {
  readonly server: string;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly watch: boolean;
  /** The label and field selectors, which come from the user as they are. */
  readonly selectors?: string | undefined;
  /** The context's name, for the hint how to log in. */
  readonly context: string;
}

/** A metav1.Status, as far as it is used. */
export interface ApiStatus {
  readonly code: number;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** With an expired continue token: one for the rest of the list as it is now. */
  readonly continueToken: string | undefined;
  /** What is wrong in detail: fields that are invalid or that others manage, budgets that are used up. */
  readonly causes: readonly StatusCause[];
}

/** An answer of the server that says no. `status` is what the server said, for those who must tell two refusals apart. */
export class ApiError extends PodwrightError {
  readonly status: ApiStatus;

  constructor(code: ErrorCode, message: string, status: ApiStatus, options: { hint?: string } = {}) {
    super(code, message, options);
    this.status = status;
  }
}

/** Reads a Status from an answer's body; a proxy's HTML or text gives its first line as the message. */
export function apiStatus(httpCode: number, body: string, retryAfter: string | undefined): ApiStatus {
  const header = retryAfter === undefined ? Number.NaN : Number.parseInt(retryAfter, 10);
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = undefined;
  }
  const status = statusObject(parsed);
  return {
    code: httpCode,
    reason: status?.reason,
    message: status?.message ?? (body.trimStart().startsWith('<') ? undefined : body.trim().split('\n', 1)[0] || undefined),
    retryAfterSeconds: Number.isNaN(header) ? status?.retryAfterSeconds : header,
    continueToken: status?.continueToken,
    causes: status?.causes ?? [],
  };
}

/** Reads a Status object, as in the ERROR event of a watch; undefined for anything else. */
export function statusObject(value: unknown): ApiStatus | undefined {
  const object = record(value);
  if (object['kind'] !== 'Status') {
    return undefined;
  }
  const { code, reason, message, details } = object;
  const continueToken = record(object['metadata'])['continue'];
  const seconds = record(details)['retryAfterSeconds'];
  return {
    code: typeof code === 'number' ? code : 500,
    reason: typeof reason === 'string' && reason !== '' ? reason : undefined,
    message: typeof message === 'string' && message !== '' ? message : undefined,
    retryAfterSeconds: typeof seconds === 'number' ? seconds : undefined,
    continueToken: typeof continueToken === 'string' && continueToken !== '' ? continueToken : undefined,
    causes: list(record(details)['causes']).map((cause) => {
      const { reason: kind, message: words, field } = record(cause);
      return { reason: String(kind ?? ''), message: String(words ?? ''), field: String(field ?? '') };
    }),
  };
}

/** The error for an answer that is not 2xx. */
export function refusal(asked: Asked, status: ApiStatus): ApiError {
  const target = resourceOf(asked);
  const said = status.message;
  switch (true) {
    case status.code === 401:
      return new ApiError('unauthorized', `${asked.server} does not accept the credentials of context "${asked.context}": ${said ?? 'Unauthorized'}`, status, {
        hint: 'The token or certificate may have expired: log in again the way your provider says, then try `kubectl auth whoami`.',
      });
    case status.code === 403 && isAdmission(asked, said):
      return new ApiError('rejected', said ?? '', status);
    case status.code === 403:
      return new ApiError('forbidden', said ?? `not allowed to ${target.verb} ${target.words}`, status, {
        hint: said?.includes('"system:anonymous"')
          ? `The server does not know who asks: the user of context "${asked.context}" has no credentials that it takes. Log in, or choose another --user.`
          : `Ask for the verb "${target.verb}" on ${target.words}; check with \`kubectl auth can-i ${target.verb} ${target.resource.split('/', 1)[0]}${target.flags}\`.`,
      });
    case status.code === 404:
      return new ApiError(
        'not-found',
        said ?? `${asked.server} has no ${asked.path}`,
        status,
        said === undefined ? { hint: 'Is this the address of a Kubernetes API server?' } : {},
      );
    case status.code === 400 && asked.selectors !== undefined:
      return new ApiError('usage', `the server cannot read the selector "${asked.selectors}": ${said ?? 'bad request'}`, status);
    case status.code === 410 || status.reason === 'Expired' || status.reason === 'Gone':
      return new ApiError('gone', said ?? `the resourceVersion for ${target.words} is too old`, status);
    case status.code === 429:
      return new ApiError('throttled', `${asked.server} is too busy: ${said ?? 'too many requests'}`, status, {
        hint: status.retryAfterSeconds === undefined ? 'Try again in a while.' : `Try again in ${status.retryAfterSeconds} s.`,
      });
    case status.code >= 500:
      return new ApiError(
        'server',
        `${asked.server} answered ${status.code} to ${target.verb} ${target.words}${said === undefined ? '' : `: ${said}`}`,
        status,
        {
          // For logs, exec and port-forward the server asks the Pod's kubelet (NewUpgradeAwareHandler in apimachinery's proxy/upgradeaware.go).
          hint: said?.includes('error dialing backend')
            ? "The API server does not reach the kubelet of the Pod's node: see with `kubectl get nodes` whether that node is Ready."
            : `Ask the server how it is: \`kubectl get --raw /readyz?verbose\`.`,
        },
      );
    case status.code >= 300 && status.code < 400:
      return new ApiError('protocol', `${asked.server} redirects ${asked.path} elsewhere`, status, {
        hint: 'Is this the address of a Kubernetes API server, or of a login page?',
      });
    default:
      return new ApiError('rejected', said ?? `${asked.server} answered ${status.code} to ${target.verb} ${target.words}`, status);
  }
}

/**
 * Whether a 403 is about the object (a quota, Pod Security, a policy, a webhook, a namespace that goes) and not about who asks: admission answers so too, to
 * what would change something, and only the authorizer names the user. Source: apiserver's endpoints/handlers/responsewriters/errors.go (forbiddenMessage)
 * and admission/errors.go (NewForbidden). A server that has just started is "not yet ready to handle request", which passes.
 */
function isAdmission({ method }: Asked, said: string | undefined): boolean {
  return method !== 'GET' && said !== undefined && / is forbidden: /.test(said) && !/\bUser "[^"]*" cannot |: not yet ready to handle request/.test(said);
}

/** The error for a connection that could not be made or broke. */
export function connectionFailure(asked: Asked, cause: unknown): PodwrightError {
  if (cause instanceof PodwrightError) {
    return cause;
  }
  // Happy eyeballs: when every address was refused, Node wraps the errors.
  const error = cause instanceof AggregateError && cause.errors[0] instanceof Error ? cause.errors[0] : cause;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const text = error instanceof Error ? error.message : String(error);
  const where = asked.server;
  const known = connectionCauses.find(
    ({ codes }) => codes.includes(code) || codes.some((prefix) => prefix.endsWith('*') && code.startsWith(prefix.slice(0, -1))),
  );
  if (known === undefined) {
    return new PodwrightError('unreachable', `the connection to ${where} failed: ${text}`, { cause, hint: `Check that ${where} can be reached from here.` });
  }
  return new PodwrightError(known.as, known.says(where), { cause, hint: known.hint(asked) });
}

interface ConnectionCause {
  readonly codes: readonly string[];
  readonly as: ErrorCode;
  readonly says: (where: string) => string;
  readonly hint: (asked: Asked) => string;
}

const connectionCauses: readonly ConnectionCause[] = [
  {
    codes: ['ECONNREFUSED'],
    as: 'unreachable',
    says: (where) => `nothing listens at ${where}: the connection was refused`,
    hint: ({ context }) => `Is the cluster of context "${context}" running? Other contexts: \`kubectl config get-contexts\`.`,
  },
  {
    codes: ['ENOTFOUND', 'EAI_AGAIN'],
    as: 'unreachable',
    says: (where) => `the name in ${where} cannot be resolved`,
    hint: () => 'Is the network or the VPN up, and is the server address in the kubeconfig right?',
  },
  {
    codes: ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'],
    as: 'unreachable',
    says: (where) => `no answer from ${where}`,
    hint: () => 'Is the network or the VPN up, and does a firewall let you through?',
  },
  {
    codes: ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'HPE_*', 'ERR_STREAM_PREMATURE_CLOSE'],
    as: 'unreachable',
    says: (where) => `the connection to ${where} broke`,
    hint: () => 'The server may be restarting, or a proxy on the way closed the connection: try again.',
  },
  {
    codes: ['CERT_HAS_EXPIRED'],
    as: 'tls',
    says: (where) => `the certificate of ${where} has expired`,
    hint: () => "Renew the server's certificate (kubeadm: `kubeadm certs renew all`), and check this machine's clock.",
  },
  {
    codes: ['CERT_NOT_YET_VALID'],
    as: 'tls',
    says: (where) => `the certificate of ${where} is not valid yet`,
    hint: () => "Check this machine's clock.",
  },
  {
    codes: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_SIGNATURE_FAILURE',
    ],
    as: 'tls',
    says: (where) => `the certificate of ${where} is signed by an authority that the kubeconfig does not know`,
    hint: () => 'The kubeconfig may be of a cluster that was made anew: fetch it again, or set its certificate-authority-data.',
  },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    as: 'tls',
    says: (where) => `the certificate of ${where} is for another name`,
    hint: () => 'Use an address that the certificate names, or set tls-server-name of the cluster in the kubeconfig.',
  },
  {
    codes: ['ERR_SSL_*', 'EPROTO', 'ERR_TLS_*', 'ERR_OSSL_*'],
    as: 'tls',
    says: (where) => `no TLS connection with ${where}: it refused the client certificate, or what listens there speaks no TLS`,
    hint: () => 'Compare the server address in the kubeconfig (http or https, the port), and the client certificate of the user.',
  },
];

/** The verb and the resource in RBAC's words, from the method and the path. */
function resourceOf(asked: Asked): { verb: string; resource: string; words: string; flags: string } {
  const parts = asked.path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  // /api/v1/…, /apis/GROUP/VERSION/…
  const group = parts[0] === 'apis' ? parts[1] : undefined;
  let rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length > 2) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [kind = asked.path, name, subresource] = rest;
  const resource = `${kind}${group === undefined ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
  // What streams both ways begins as a GET, and is checked as `create` as well.
  const verb = streaming.has(subresource ?? '')
    ? 'create'
    : asked.watch
      ? 'watch'
      : name === undefined
        ? (verbOfCollection[asked.method] ?? 'list')
        : (verbOfObject[asked.method] ?? 'get');
  const clusterScoped = namespace === undefined && kind !== 'pods' && kind !== 'events';
  const where = namespace !== undefined ? ` in namespace "${namespace}"` : clusterScoped ? '' : ' in all namespaces';
  const flags = `${subresource === undefined ? '' : ` --subresource=${subresource}`}${namespace !== undefined ? ` -n ${namespace}` : clusterScoped ? '' : ' -A'}`;
  return { verb, resource, words: `${resource}${name === undefined ? '' : ` "${name}"`}${where}`, flags };
}

const streaming: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);
const verbOfCollection: Readonly<Record<string, string>> = { GET: 'list', POST: 'create', DELETE: 'deletecollection' };
const verbOfObject: Readonly<Record<string, string>> = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
