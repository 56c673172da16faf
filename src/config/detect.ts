/** What a project's folder tells about its database: tools, migrations, structure files, address. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What was found; paths are relative to the folder, values of the environment are never read out. */
export interface Found {
  /** Migration tools, with the command that `dbd rehearse --` can wrap. */
  readonly tools: readonly { readonly name: string; readonly because: string; readonly command: string }[];
  /** Folders that hold migrations. */
  readonly migrations: readonly string[];
  /** SQL files that hold the whole structure. */
  readonly structures: readonly string[];
  /** Files of named queries. */
  readonly workloads: readonly string[];
  /** Where a DATABASE_URL is set: `environment`, `.env`. */
  readonly urls: readonly string[];
  readonly packageJson: boolean;
}

interface Tool {
  readonly name: string;
  readonly command: string;
  /** Files or folders of which one is enough. */
  readonly files: readonly string[];
  /** Packages of which one is enough. */
  readonly packages: readonly string[];
}

const extensions = ['js', 'cjs', 'mjs', 'ts', 'mts', 'json'];
const configs = (base: string): readonly string[] => extensions.map((extension) => `${base}.${extension}`);

/** Tools that `dbd rehearse --` can wrap, with their usual command. */
const tools: readonly Tool[] = [
  {
    name: 'Prisma',
    command: 'npx prisma migrate deploy',
    files: ['prisma/schema.prisma', 'schema.prisma', ...configs('prisma.config')],
    packages: ['prisma', '@prisma/client'],
  },
  {
    name: 'Drizzle',
    command: 'npx drizzle-kit migrate',
    files: configs('drizzle.config'),
    packages: ['drizzle-kit', 'drizzle-orm'],
  },
  { name: 'Knex', command: 'npx knex migrate:latest', files: configs('knexfile'), packages: ['knex'] },
  {
    name: 'Sequelize',
    command: 'npx sequelize-cli db:migrate',
    files: ['.sequelizerc'],
    packages: ['sequelize-cli'],
  },
  {
    name: 'TypeORM',
    command: 'npx typeorm migration:run',
    files: configs('ormconfig'),
    packages: ['typeorm'],
  },
  { name: 'node-pg-migrate', command: 'npx node-pg-migrate up', files: [], packages: ['node-pg-migrate'] },
  {
    name: 'Kysely',
    command: 'npx kysely migrate:latest',
    files: configs('kysely.config'),
    packages: ['kysely-ctl'],
  },
  { name: 'Rails', command: 'bin/rails db:migrate', files: ['db/migrate'], packages: [] },
  { name: 'Alembic', command: 'alembic upgrade head', files: ['alembic.ini'], packages: [] },
  { name: 'Django', command: 'python manage.py migrate', files: ['manage.py'], packages: [] },
  {
    name: 'Flyway',
    command: 'flyway migrate',
    files: ['flyway.conf', 'flyway.toml', 'src/main/resources/db/migration'],
    packages: [],
  },
  { name: 'Sqitch', command: 'sqitch deploy', files: ['sqitch.conf', 'sqitch.plan'], packages: [] },
];

/** Where migrations usually are, relative to a project. */
export const migrationFolders: readonly string[] = [
  'migrations',
  'db/migrations',
  'db/migrate',
  'database/migrations',
  'prisma/migrations',
  'drizzle',
  'supabase/migrations',
  'src/migrations',
  'src/main/resources/db/migration',
  'sql/migrations',
];
const structureFiles = [
  'db/structure.sql',
  'structure.sql',
  'db/schema.sql',
  'schema.sql',
  'current.sql',
  'database/schema.sql',
  'sql/schema.sql',
];
const workloadFiles = ['workload.queries.sql', 'db/workload.queries.sql'];

/** Looks at the folder's own files only; nothing is run and no server is asked. */
export async function detect(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Found> {
  const exists = async (path: string): Promise<boolean> =>
    stat(join(folder, path)).then(
      () => true,
      () => false,
    );
  const present = async (paths: readonly string[]): Promise<readonly string[]> => {
    const there = await Promise.all(paths.map(exists));
    return paths.filter((_, index) => there[index]);
  };
  const text = async (path: string): Promise<string> => readFile(join(folder, path), 'utf8').catch(() => '');
  const packages = packageNames(await text('package.json'));
  const found = await Promise.all(
    tools.map(async ({ name, command, files, packages: wanted }) => {
      const because = [
        ...(await present(files)),
        ...wanted.filter((each) => packages.includes(each)).map((each) => `package ${each}`),
      ][0];
      return because === undefined ? [] : [{ name, because, command }];
    }),
  );
  const dotEnv = (
    await Promise.all(
      ['.env', '.env.local'].map(async (path) =>
        /^\s*(?:export\s+)?DATABASE_URL\s*=\s*\S/m.test(await text(path)) ? [path] : [],
      ),
    )
  ).flat();
  const folders = await present(migrationFolders);
  const filled = await Promise.all(
    folders.map(async (path) => (await readdir(join(folder, path)).catch(() => [])).length > 0),
  );
  return {
    tools: found.flat(),
    migrations: folders.filter((_, index) => filled[index]),
    structures: await present(structureFiles),
    workloads: await present(workloadFiles),
    urls: [...(env['DATABASE_URL'] ? ['environment'] : []), ...dotEnv],
    packageJson: await exists('package.json'),
  };
}

function packageNames(text: string): readonly string[] {
  try {
    const parsed = JSON.parse(text) as {
      readonly dependencies?: object;
      readonly devDependencies?: object;
    } | null;
    return Object.keys({ ...parsed?.dependencies, ...parsed?.devDependencies });
  } catch {
    return [];
  }
}

/** Packages that the nearest package.json at or above a folder depends on at run time, and its folder; undefined when there is none. */
export async function runtimePackages(
  folder: string,
): Promise<{ readonly folder: string; readonly packages: readonly string[] } | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return dirname(folder) === folder ? undefined : runtimePackages(dirname(folder));
  try {
    const parsed = JSON.parse(text) as { readonly dependencies?: object } | null;
    return { folder, packages: Object.keys({ ...parsed?.dependencies }) };
  } catch {
    return { folder, packages: [] };
  }
}
