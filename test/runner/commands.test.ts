/** The commands as they are typed: targets of the configuration, reports, dry runs. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import type { Report } from '../../src/report/model.ts';
import { failing, folder, ground } from './ground.ts';

const users = 'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);';

test('from nothing to production, by the names of the configuration', async () => {
  const [staging, production] = [await ground(), await ground()];
  const project = folder({
    'dbd.config.yaml': `databases:
  staging:
    url: \${STAGING_URL}
  production:
    url: \${PRODUCTION_URL}
    after: staging
    service: shop
    owner: the shop team
    budgets: { stall: 5s, lock_timeout: 500ms, patience: 1min }
  other:
    url: \${NOT_SET_ANYWHERE}
`,
    'changes/001_users.sql': users,
    'changes/001_users.down.sql': 'DROP TABLE users;',
  });
  const env = { ...process.env, STAGING_URL: staging.url, PRODUCTION_URL: production.url };
  const dbd = (name: string, input: Readonly<Record<string, unknown>>): Promise<Report> =>
    run(name, input, { cwd: project.path, env });

  expect(await failing(dbd('status', {}))).toMatchObject({ code: 'runner.target' });
  expect(await failing(dbd('status', { target: 'nowhere' }))).toMatchObject({ code: 'runner.target' });
  expect(await failing(dbd('status', { target: 'other' }))).toMatchObject({ code: 'config.invalid' });
  expect(await failing(dbd('status', { target: 'staging', database: staging.url }))).toMatchObject({
    code: 'usage.wrong-option',
  });

  const dry = await dbd('migrate', { target: 'staging', dryRun: true });
  expect(dry.headline).toBe('1 statement of 1 change would run on staging; nothing was touched.');
  expect(await staging.value(`SELECT count(*) FROM pg_namespace WHERE nspname = 'dbd'`)).toBe(0);

  expect((await failing(dbd('migrate', { target: 'production' }))).hint).toBe('dbd migrate --target staging');
  const ran = await dbd('migrate', { target: 'staging' });
  expect(ran).toMatchObject({ verdict: 'proven', headline: '1 statement of 1 change ran on staging.' });
  expect((await dbd('migrate', { target: 'staging' })).headline).toBe(
    'staging is up to date: nothing is open.',
  );
  await dbd('migrate', { target: 'production' });
  const status = await dbd('status', { target: 'production' });
  expect(status.headline).toBe('production: 1 done, 0 open.');
  expect(JSON.stringify(status)).not.toContain(production.url);
  expect((await dbd('verify', { target: 'production' })).verdict).toBe('proven');

  await production.session.run('ALTER TABLE users ADD COLUMN hotfix int');
  const drifted = await dbd('verify', { target: 'production' });
  expect(drifted).toMatchObject({ verdict: 'failed' });
  expect(drifted.findings.map(({ rule, place }) => [rule, place])).toContainEqual([
    'structure-drifted',
    'column public.users.hotfix',
  ]);
  expect((await dbd('repair', { target: 'production' })).verdict).toBe('conditions');
  expect((await dbd('repair', { target: 'production', acceptStructure: 'hotfix' })).verdict).toBe('proven');
  const back = await dbd('rollback', { target: 'production' });
  expect(back.headline).toBe('001_users taken back on production: 1 statement of 1 change.');
  expect((await dbd('baseline', { target: 'production', at: '001_users' })).headline).toMatch(
    /1 change up to 001_users noted as done on production/,
  );
});

test('one change folder, and one file, may be named by themselves', async () => {
  const db = await ground();
  const files = folder({ 'a/001_users.sql': users });
  await run(
    'migrate',
    { database: db.url, changes: join(files.path, 'a/001_users.sql') },
    { cwd: files.path },
  );
  files.change('20261120T0915-city', [{ sql: 'ALTER TABLE users ADD COLUMN city text' }]);
  const report = await run(
    'migrate',
    { database: db.url, changes: join(files.path, '20261120T0915-city') },
    { cwd: files.path },
  ).catch((error: unknown) => error);
  expect(report).toMatchObject({ code: 'runner.changed' });
});
