/** Designs a block of a task on a real database and applies the statements there. */
import { afterEach } from 'vitest';
import type { Catalog } from '../../src/catalog/model.ts';
import { design } from '../../src/design/design.ts';
import type { Design } from '../../src/design/model.ts';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { readTask } from '../../src/task/task.ts';
import { testDatabase } from '../support/database.ts';

export interface Board {
  readonly design: Design;
  readonly session: Session;
  readonly url: string;
  readonly after: Catalog;
  /** Runs a statement; the name of the constraint (or the SQLSTATE) that stopped it, or `ok`. */
  readonly attempt: (sql: string) => Promise<string>;
  /** First column of the rows, as text. */
  readonly texts: (sql: string) => Promise<readonly string[]>;
}

/** Designs on top of `current` and applies every wish. */
export async function board(block: string, current = '', server?: Sandbox): Promise<Board> {
  await postgres.grammar.ready();
  const database = await (server?.createDatabase() ?? testDatabase({ sql: current }));
  const session = await postgres.connect(database.ownerUrl);
  const catalog = await postgres.inspect(session);
  const task = readTask({ text: `# T-1 A test\n\n\`\`\`yaml\ndbd: 1\n${block}\n\`\`\`\n`, name: 'T-1.md' });
  const made = design({ task, catalog, engine: postgres });
  for (const { sql } of made.wishes) await session.query(sql);
  return {
    design: made,
    session,
    url: database.ownerUrl,
    after: await postgres.inspect(session),
    attempt: (sql) => failure(session.query(sql)),
    texts: async (sql) => {
      const { rows } = await session.query(sql);
      return rows.map((row) => String(Object.values(row)[0]));
    },
  };
}

const open: { close(): Promise<void> }[] = [];
let last: Board | undefined;
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));

/** A board that is closed after the test. */
export async function made(block: string, current = ''): Promise<Board> {
  last = await board(block, current);
  open.push(last.session);
  return last;
}

/** Another session on a board, else on the last one; closed after the test. */
export async function another({ url }: Board = last!): Promise<Session> {
  const session = await postgres.connect(url, { statementTimeoutMs: 10_000 });
  open.push(session);
  return session;
}

/** The name of the constraint (or the SQLSTATE) that stopped the work, or `ok`. */
export async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    const { fields } = error as { fields?: { constraint?: string; sqlstate?: string } };
    return fields?.constraint ?? fields?.sqlstate ?? String(error);
  }
}
