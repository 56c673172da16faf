import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { credentialsAtHand, type AtHand } from '../../src/deliver/doctor/credentials.ts';
import type { Engine } from '../../src/engine/model.ts';
import { addresses } from '../../src/engines/postgres/address.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dbd-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const databases = `databases:
  production: { url: "\${PROD_URL}", kind: production, read: { url: "\${PROD_READ_URL}" } }
  staging: { url: "postgres://app@staging.example:5432/shop" }
  dev: { url: "\${DEV_URL}", kind: development }
`;
async function look(env: Record<string, string>, config = databases, agent?: string): Promise<AtHand> {
  put('project/dbd.config.yaml', config);
  const around = { HOME: join(folder, 'home'), ...env };
  const cwd = join(folder, 'project');
  return credentialsAtHand({
    engine: { addresses } as Engine,
    config: await loadConfig({ from: [cwd], cwd, env: around }),
    cwd,
    env: around,
    agent,
    sandboxes: ['postgres://dbd@127.0.0.1:54321/postgres'],
  });
}
const told = ({ findings }: AtHand): readonly string[] =>
  findings.map(({ rule, severity, place }) => `${severity} ${rule} ${place}`);
const grave = 'error production-credential-at-hand';
const warning = 'warning database-credential-at-hand';

describe('nothing is told', () => {
  test.each([
    [{}],
    [{ PATH: '/bin', NODE_ENV: 'production', GITHUB_TOKEN: 'x', URL: 'https://a.example/' }],
    [{ DEV_URL: 'postgres://me:s3cret@dev.example/shop' }],
    [{ PROD_READ_URL: 'postgres://reader:s3cret@prod.example/shop' }],
    [{ DATABASE_URL: 'postgres://dbd:x@localhost:54321/postgres' }],
    [{ PROD_URL: '' }],
  ])('%j', async (env) => {
    expect(told(await look(env))).toEqual([]);
  });
});

describe('a shared or production database at hand is an error', () => {
  test('by the variable that the configuration names, with an agent or without', async () => {
    const found = await look(
      { PROD_URL: 'postgres://app:s3cret@prod.example/shop' },
      databases,
      'Claude Code',
    );
    expect(told(found)).toEqual([`${grave} PROD_URL`]);
    expect(found.reached).toEqual(['production']);
    expect(found.findings[0]!.why).toMatch(/^Claude Code can reach the production database production/);
    expect(told(await look({ PROD_URL: 'postgres://app:s3cret@prod.example/shop' }))).toEqual([
      `${grave} PROD_URL`,
    ]);
  });

  test.each([
    ['DATABASE_URL', 'postgres://other:s3cret@staging.example/shop'],
    ['DATABASE_URL', 'postgresql://other:s3cret@STAGING.example:5432/shop?sslmode=require'],
    ['SPRING_URL', 'jdbc:postgresql://staging.example:5432/shop'],
    ['SQLALCHEMY', 'postgresql+psycopg2://a:s3cret@staging.example/shop'],
    ['DSN', "host=staging.example dbname=shop user=app password='s3cret'"],
  ])('by the place to which %s=%s leads; what is not said counts as shared', async (name, value) => {
    expect(told(await look({ [name]: value }))).toEqual([`${grave} ${name}`]);
  });

  test('by PGPASSWORD beside PGHOST, and not by PGHOST alone', async () => {
    const env = { PGHOST: 'staging.example', PGDATABASE: 'shop' };
    expect(told(await look(env))).toEqual([`${warning} PGHOST`]);
    expect(told(await look({ ...env, PGPASSWORD: 's3cret' }))).toContain(`${grave} PGPASSWORD`);
  });

  test('in .env files of the project, but not in their examples', async () => {
    put(
      'project/.env',
      '# production\nexport PORT=1\nPROD_URL="postgres://app:s3cret@prod.example/shop" # careful\n',
    );
    put('project/apps/web/.env.production', 'DATABASE_URL=postgres://a:s3cret@staging.example/shop\n');
    put('project/.env.example', 'PROD_URL=postgres://app:s3cret@prod.example/shop\n');
    put('project/node_modules/x/.env', 'PROD_URL=postgres://app:s3cret@prod.example/shop\n');
    expect(told(await look({}))).toEqual([
      `${grave} .env, line 3: PROD_URL`,
      `${grave} apps/web/.env.production, line 1: DATABASE_URL`,
    ]);
  });

  test('in .pgpass, with wildcards and escapes', async () => {
    put('home/.pgpass', '#x:1:y:z:p\nother.example:5432:*:app:s3cret\n*:*:shop:app:s3c\\:ret\n');
    const found = await look({});
    expect(told(found)).toEqual([`${warning} ~/.pgpass, line 2`, `${grave} ~/.pgpass, line 3`]);
    expect(found.reached).toEqual(['staging']);
  });

  test('in a service file, by place or by the name of the configuration', async () => {
    put(
      'home/.pg_service.conf',
      '[a]\nhost=staging.example\ndbname=shop\npassword=s3cret\n[shop-prod]\nhost=x.example\n',
    );
    const config = databases.replace('kind: production,', 'kind: production, service: shop-prod,');
    expect(told(await look({}, config))).toEqual([
      `${grave} ~/.pg_service.conf, [a]`,
      `${grave} ~/.pg_service.conf, [shop-prod]`,
    ]);
  });

  test('in the configuration itself', async () => {
    const config =
      'databases:\n  live: { url: "postgres://app:s3cret@live.example/shop", kind: production }\n';
    expect(told(await look({}, config))).toEqual([`${grave} databases.live`]);
  });

  test('a key that signs evidence', async () => {
    expect(told(await look({ DBD_EVIDENCE_KEY: 'x' }))).toEqual([
      'error signing-key-at-hand DBD_EVIDENCE_KEY',
    ]);
  });
});

test('others warn, and no value is ever told', async () => {
  put('project/.env', 'OLD_URL=postgres://app:s3cret@old-host.example/shop\n');
  put('home/.pgpass', 'h.example:5432:db:u:s3cret\n');
  const found = await look({
    DATABASE_URL: 'postgres://app:s3cret@elsewhere.example/shop',
    SHOP_DB_PASSWORD: 's3cret',
    PGSERVICE: 'somewhere',
    PROD_URL: 'postgres://app:s3cret@prod.example/shop',
  });
  expect(told(found)).toEqual([
    `${warning} DATABASE_URL`,
    `${warning} SHOP_DB_PASSWORD`,
    `${warning} PGSERVICE`,
    `${grave} PROD_URL`,
    `${warning} .env, line 1: OLD_URL`,
    `${warning} ~/.pgpass, line 1`,
  ]);
  expect(JSON.stringify(found)).not.toMatch(/s3cret|elsewhere\.example|old-host|prod\.example|h\.example/);
});

test('broken, huge and hostile files stop nothing', async () => {
  put('project/.env', `${'='.repeat(1000)}\n\u0000\nA=postgres://[\nB=postgres://%zz@h/x\n`);
  put('project/.env.big', `PROD_URL=postgres://a@b/c\n${' '.repeat(300_000)}`);
  put('home/.pgpass', ':::::\n\\:\n');
  put('home/.pg_service.conf', '[\nhost=\n]]]');
  expect(told(await look({})).filter((line) => line.startsWith('error'))).toEqual([]);
});
