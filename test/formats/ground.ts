/** Changes, and folders of other tools, for the tests of export and import. */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { changeFiles } from '../../src/change/files.ts';
import type { Change, PhaseName, Step } from '../../src/change/model.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dbd-formats-'));
  made.push(folder);
  return folder;
}

export async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Writes a change folder as `dbd plan --out` does, under a name that only has to be a folder's. */
export async function writeChange(folder: string, change: Change): Promise<void> {
  await write(
    join(folder, folderName(change)),
    Object.fromEntries(changeFiles(change).map(({ path, sql }) => [path, sql])),
  );
}

/** A change whose steps name their phases; steps without a transaction have one of their own. */
export function changeOf(
  id: string,
  steps: readonly (Partial<Step> & { readonly sql: string; readonly phase?: PhaseName })[],
): Change {
  const names: readonly PhaseName[] = ['expand', 'backfill', 'contract'];
  const whole = steps.map(({ phase = 'expand', ...step }, at) => ({
    phase,
    step: {
      id: `c${at + 1}`,
      transaction: 100 + at,
      claims: [],
      reason: 'because',
      lockTimeoutMs: 700,
      undo: '',
      ...step,
    } as Step,
  }));
  return {
    id: id.replaceAll(/\s+/g, '-'),
    title: `Title of ${id}`,
    questions: [],
    phases: names
      .filter((name) => whole.some(({ phase }) => phase === name))
      .map((name, at) => ({
        name,
        number: at + 1,
        steps: whole.filter(({ phase }) => phase === name).map(({ step }) => step),
      })),
  };
}

export function folderName({ title }: Change): string {
  return title.slice('Title of '.length);
}

const longName = 'a'.repeat(63);

/** Two changes with nearly everything a change can hold, on an empty database. */
export const changes: readonly Change[] = [
  changeOf('20261120T0915-users', [
    {
      sql: `CREATE TABLE users (\n    id bigint GENERATED ALWAYS AS IDENTITY,\n    email text,\n    "a ""b"" ?" text DEFAULT E'\\\\ \`\${x}\`',\n    ${longName} jsonb,\n    CONSTRAINT users_pkey PRIMARY KEY (id)\n)`,
      transaction: 1,
      undo: 'DROP TABLE users',
      claims: ['E1', 'R2'],
      reason: 'a table; with "quotes", `ticks`, ${x} and C:\\temp',
    },
    {
      sql: "COMMENT ON TABLE users IS 'line one\n   line two; -- no comment'",
      transaction: 1,
      undo: null,
    },
    {
      sql: 'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n    -- a comment; with a semicolon\n    NEW.email := lower(NEW.email);\n\n    RETURN NEW;\nEND;\n$$',
      transaction: 2,
      undo: 'DROP FUNCTION touch()',
      statementTimeoutMs: 4000,
    },
    {
      sql: 'CREATE TRIGGER touch BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch()',
      transaction: 2,
      undo: 'DROP TRIGGER touch ON users',
      statementTimeoutMs: 9000,
    },
    {
      sql: 'DO $clear$ BEGIN PERFORM 1; END $clear$;\nCREATE INDEX CONCURRENTLY users_email_idx ON users (email)',
      transaction: 'none',
      undo: 'ANALYZE users;\nDROP INDEX CONCURRENTLY users_email_idx;\nANALYZE users',
      undoOutside: true,
    },
    {
      sql: `DO $do$\nBEGIN\n    UPDATE users SET email = lower(email) WHERE ${longName} ? 'x';\n    COMMIT;\nEND $do$`,
      transaction: 'none',
      phase: 'backfill',
      undo: null,
      destructive: 'The old spelling is gone.',
    },
    {
      sql: 'ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (email = lower(email)) NOT VALID',
      phase: 'contract',
      undo: 'ALTER TABLE users DROP CONSTRAINT users_email_check',
    },
    { sql: 'ALTER TABLE users VALIDATE CONSTRAINT users_email_check', phase: 'contract' },
  ]),
  changeOf('20261120T0916-"odd" name\'s; DROP', [
    {
      sql: 'CREATE TABLE "odd; table" (id bigint CONSTRAINT "odd; table_pkey" PRIMARY KEY)',
      undo: 'DROP TABLE "odd; table"',
    },
    {
      sql: 'CREATE UNIQUE INDEX CONCURRENTLY odd_idx ON "odd; table" (id)',
      transaction: 'none',
      undo: 'DROP INDEX odd_idx',
    },
  ]),
];

/** The same without what runs outside transactions: for a tool that runs everything in one. */
export const plainChanges: readonly Change[] = changes.map((change) => ({
  ...change,
  phases: change.phases
    .map((phase) => ({ ...phase, steps: phase.steps.filter(({ transaction }) => transaction !== 'none') }))
    .filter(({ steps }) => steps.length > 0)
    .map((phase, at) => ({ ...phase, number: at + 1 })),
}));
