/** A whole collection, page by page. */
import { ApiError } from './api-failure.ts';
import { listPage } from './list-watch.ts';
import type { Query, Transport } from './transport.ts';

const pageSize = 500;

/** All of them at once. */
export async function allItems(transport: Transport, path: string, query: Query, signal: AbortSignal | undefined): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for await (const page of itemPages(transport, path, query, signal)) items.push(...page);
  return items;
}

/**
 * A continue token lasts five minutes. One that has expired comes with another, for the rest of the list as it is by then: what the pages show is
 * then no longer one moment, but nothing is shown twice and a slow consumer gets to the end.
 */
export async function* itemPages(transport: Transport, path: string, query: Query, signal: AbortSignal | undefined): AsyncGenerator<readonly unknown[]> {
  let continueToken: string | undefined;
  do {
    let page: ReturnType<typeof listPage>;
    try {
      page = listPage(await transport.request({ path, query: { ...query, limit: pageSize, continue: continueToken }, signal }));
    } catch (error) {
      if (continueToken !== undefined && error instanceof ApiError && error.code === 'gone' && error.status.continueToken !== undefined) {
        continueToken = error.status.continueToken;
        continue;
      }
      throw error;
    }
    yield page.items;
    continueToken = page.continueToken;
  } while (continueToken !== undefined);
}
