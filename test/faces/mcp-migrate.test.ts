import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { toolCommands } from '../../src/faces/mcp/mcp.ts';
import { folder } from '../runner/ground.ts';
import { testDatabase } from '../support/database.ts';
import { modes, serve, type Person, type Served } from './mcp-modes.ts';

const files = folder();
let served: Served;
let session: Session;

beforeAll(async () => {
  const { ownerUrl } = await testDatabase({ sql: 'CREATE TABLE notes (id bigint PRIMARY KEY)' });
  session = await postgres.connect(ownerUrl);
  writeFileSync(
    join(files.path, 'dbd.config.yaml'),
    `changes: changes\ndatabases:\n  dev: { url: "${ownerUrl}", kind: development }\n  prod: { url: "${ownerUrl}", kind: production }\n`,
  );
  served = await serve(await toolCommands(), files.path);
});
afterAll(async () => {
  await session.close();
  await served.close();
});
beforeEach(() => {
  write('ALTER TABLE notes ADD COLUMN body text');
});

function write(sql: string): void {
  files.change('changes/20261120T0915-body', [{ sql, transaction: 1 }]);
}

async function columns(): Promise<readonly string[]> {
  const { rows } = await session.query<{ name: string }>(
    "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'notes'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
  );
  return rows.map(({ name }) => name);
}

const textOf = (result: { readonly content: readonly unknown[] }): string =>
  (result.content as { text?: string }[]).map(({ text = '' }) => text).join('\n');

async function migrate(person: Person | undefined, target = 'dev'): Promise<string> {
  const client = await modes['over HTTP, 2026']!(served, person);
  const text = textOf(await client.call('migrate', { target }));
  await client.close();
  return text;
}

describe('an agent that changes a development database', () => {
  it('does nothing while nobody confirms, and nothing that was not confirmed', async () => {
    expect(await migrate(undefined)).toMatch(
      /^policy\.confirm: [^]*A person types: dbd migrate --target dev/,
    );
    expect(await migrate(() => ({ action: 'decline' }))).toMatch(/^policy\.confirm: .*Nothing was done/);
    const swapped = await migrate(() => {
      write('DROP TABLE notes');
      return { action: 'accept', content: { confirm: true } };
    });
    expect(swapped).toMatch(/^policy\.confirm: .*has changed/);
    expect(await columns()).toEqual(['id']);
  });

  it('writes to no production, whatever a person says', async () => {
    const asked: string[] = [];
    const text = await migrate((message) => {
      asked.push(message);
      return { action: 'accept', content: { confirm: true } };
    }, 'prod');
    expect(text).toMatch(/^policy\./);
    expect(asked).toEqual([]);
    expect(await columns()).toEqual(['id']);
  });

  it('carries out what a person has seen, once', async () => {
    const asked: string[] = [];
    const person: Person = (message) => {
      asked.push(message);
      return { action: 'accept', content: { confirm: true } };
    };
    await migrate(person);
    expect(asked).toEqual([expect.stringContaining('│ ALTER TABLE notes ADD COLUMN body text;')]);
    expect(await columns()).toEqual(['id', 'body']);
    await migrate(person);
    expect(asked).toHaveLength(1);
  });
});
