import type pg from 'pg';
import type { Said } from '../../engine/model.ts';

/** The driver's connection, as far as it is used here. */
interface Wire {
  parse(message: { readonly text: string; readonly name: string; readonly types: readonly number[] }): void;
  sync(): void;
}

/** Sends a `Parse` message of the extended protocol alone and gathers the notices that come before the server is ready again. */
export async function parsing(client: pg.Client, sql: string): Promise<readonly Said[]> {
  const said: Said[] = [];
  const hear = (notice: { readonly message?: string | undefined; readonly detail?: string | undefined }) =>
    void said.push({ message: notice.message ?? '', detail: notice.detail ?? '' });
  client.on('notice', hear);
  try {
    await new Promise<void>((resolve, reject) => {
      client.query({
        submit(wire: Wire): void {
          wire.parse({ text: sql, name: '', types: [] });
          wire.sync();
        },
        handleParseComplete: () => undefined,
        handleError: (error: Error) => reject(error),
        handleReadyForQuery: () => resolve(),
      } as unknown as pg.Submittable);
    });
  } finally {
    client.removeListener('notice', hear);
  }
  return said;
}
