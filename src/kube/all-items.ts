/** A whole collection, page by page. */
import { listPage } from './list-watch.ts';
import type { Query, Transport } from './transport.ts';

const pageSize = 500;

export async function allItems(transport: Transport, path: string, query: Query, signal: AbortSignal | undefined): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let continueToken: string | undefined;
  do {
    const page = listPage(await transport.request({ path, query: { ...query, limit: pageSize, continue: continueToken }, signal }));
    items.push(...page.items);
    continueToken = page.continueToken;
  } while (continueToken !== undefined);
  return items;
}
