/** The work of `explain`: finds the kind, built in or of the cluster, and the field, and says what there is to say. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../src/core/did-you-mean.ts';
import type { Documentation, DocumentedKind, NamedKind } from '../src/core/field-documentation.ts';
import { isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import type { FieldTexts } from '../src/manifest/built-in-documentation.ts';
import { foundField, kindOf } from '../src/manifest/field-path.ts';
import { searchedFields } from '../src/manifest/field-search.ts';
import { openapiDocumentation } from '../src/manifest/openapi-documentation.ts';
import { explainJson, searchJson } from '../src/report/explain-json.ts';
import { type ExplainStyle, fieldText, fieldTree, searchText } from '../src/report/explain-text.ts';
import type { CommandIo } from './command.ts';
import type { ExplainRequest } from './explain.ts';

/** More found fields than this are only counted. */
const mostFound = 20;

/** What is printed. Throws `usage` where there is no such kind or field. */
export async function explanation(request: ExplainRequest, io: CommandIo): Promise<string> {
  const style: ExplainStyle = { columns: Math.min(io.stdout.columns ?? 80, 100), color: io.color };
  const { documentation, kind, names } = await documented(request, io);
  const found = foundField(documentation, kind, names);
  if (request.search !== undefined) {
    const below = searchedFields(documentation, kind, request.search).filter(({ path }) => names.every((name, index) => path[index] === name));
    if (below.length === 0) throw new PodwrightError('not-found', `no field of ${[kind.kind, ...names].join('.')} has the words "${request.search}"`);
    return request.json ? searchJson(below) : searchText(below, mostFound, style);
  }
  if (request.json) return explainJson(found);
  return request.recursive ? fieldTree(found, (type) => documentation.type(type), request.maxDepth, style) : fieldText(found, style);
}

interface Documented {
  readonly documentation: Documentation;
  readonly kind: DocumentedKind;
  /** From the object down. */
  readonly names: readonly string[];
}

/** A first name that is no kind is a field of Pods. What is not built in is asked of the cluster. */
async function documented({ names, apiVersion, live, cluster }: ExplainRequest, io: CommandIo): Promise<Documented> {
  const { builtInDocumentation } = await import('../src/manifest/built-in-documentation.ts');
  const builtIn = builtInDocumentation(readTexts());
  const [first = 'pod', ...others] = names;
  const pod = kindOf(builtIn.kinds, 'pod');
  const isPodField = pod !== undefined && builtIn.type(pod.type)?.fields.some(({ name }) => name === first) === true;
  const [word, path] = isPodField ? ['pod', names] : [first, others];
  const known = kindOf(builtIn.kinds, word, apiVersion);
  if (known !== undefined && !live) return { documentation: builtIn, kind: known, names: path };
  try {
    return await documentedByCluster({ word, apiVersion, path }, cluster, io);
  } catch (error) {
    if (live || !isPodwrightError(error) || error.code === 'usage') throw error;
    const unknown = noSuchKind(word, apiVersion, builtIn.kinds);
    throw new PodwrightError('usage', `${unknown.message} among those that are built in, and the cluster could not be asked for others: ${error.message}`, {
      ...(unknown.hint !== undefined && { hint: unknown.hint }),
      cause: error,
    });
  }
}

interface Wanted {
  readonly word: string;
  readonly apiVersion: string | undefined;
  readonly path: readonly string[];
}

async function documentedByCluster({ word, apiVersion, path }: Wanted, cluster: ExplainRequest['cluster'], io: CommandIo): Promise<Documented> {
  const { chosenCluster } = await import('./cluster.ts');
  const { clusterKinds, clusterOpenapi } = await import('../src/kube/cluster-openapi.ts');
  const { transport } = chosenCluster(cluster);
  const kinds = await clusterKinds(transport, io.signal);
  const named = kindOf(kinds, word, apiVersion);
  if (named === undefined) throw noSuchKind(word, apiVersion, kinds);
  const documentation = openapiDocumentation(await clusterOpenapi(transport, named.apiVersion, io.signal), [named]);
  const kind = documentation.kinds[0];
  if (kind === undefined) throw new PodwrightError('not-found', `the cluster's OpenAPI does not describe ${named.kind} of ${named.apiVersion}`);
  return { documentation, kind, names: path };
}

function noSuchKind(word: string, apiVersion: string | undefined, kinds: readonly NamedKind[]): PodwrightError {
  const near = didYouMean(
    word.toLowerCase(),
    kinds.flatMap((kind) => kind.kind.toLowerCase()),
  );
  const versions = kindVersions(kinds, word);
  const message = `there is no kind "${word}"${apiVersion === undefined ? '' : ` in ${apiVersion}`}`;
  const hint =
    versions.length > 0 ? `It is in ${versions.join(', ')}.` : near === undefined ? 'A path begins with a kind, or is one of a Pod.' : `Did you mean ${near}?`;
  return new PodwrightError('usage', message, { hint });
}

function kindVersions(kinds: readonly NamedKind[], word: string): readonly string[] {
  return kinds.filter((each) => kindOf([each], word) !== undefined).map(({ apiVersion }) => apiVersion);
}

/** Beside the program, where the build puts it. */
function readTexts(): FieldTexts {
  const beside = fileURLToPath(new URL('field-texts.json', import.meta.url));
  return JSON.parse(readFileSync(beside, 'utf8')) as FieldTexts;
}
