/** Writes the models of a mapper into a folder, has the compiler check and translate them, and loads them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import { readModels } from '../../src/application/application.ts';
import type { Mapper, Models, Written } from '../../src/application/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Engine } from '../../src/engine/model.ts';
import { root } from '../architecture/source.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Access patterns over the shop, one of each form. */
export const patterns = [
  {
    claim: 'Q1',
    says: "A customer's latest orders",
    transaction: false,
    statements: [
      `SELECT o.*, c.email, c.balance, c.born, c.photo, c.patience, c.settings, c.tags
         FROM sales.orders o JOIN customers c ON c.id = o.customer_id
        WHERE o.customer_id = :customer_id AND o.placed_at >= :since AND o.state = ANY (:states) ORDER BY o.id`,
    ],
  },
  {
    claim: 'Q2',
    says: 'Revenue per day, where `$1` is ${nothing}',
    transaction: false,
    statements: [
      `SELECT date_trunc(:unit, placed_at) AS day, count(*) AS orders, sum(total) AS revenue, '$1 :x' AS "odd name"
         FROM sales.orders GROUP BY date_trunc(:unit, placed_at) ORDER BY 1`,
    ],
  },
  {
    claim: 'Q3',
    says: 'Pay an order',
    transaction: true,
    statements: [
      "UPDATE sales.orders SET state = 'paid' WHERE id = :order_id RETURNING id, total",
      'UPDATE customers SET balance = balance - :amount, name = :name WHERE id = :customer_id',
    ],
  },
  {
    claim: 'Q4',
    says: 'Add a customer',
    transaction: false,
    statements: [],
    insert: { schema: 'public', name: 'customers' },
  },
  {
    claim: 'Q5',
    says: 'Lines with their scores',
    transaction: false,
    statements: [
      'SELECT order_id, line, price, scores FROM sales.order_lines WHERE order_id = :order_id ORDER BY line',
    ],
  },
];

/** Models of a whole database with the access patterns above, or without. */
export async function modelsOf(url: string, operations: typeof patterns = []): Promise<Models> {
  const session = await postgres.connect(url);
  const catalog = await postgres.inspect(session).finally(() => session.close());
  return readModels({ engine: postgres as Engine, url, catalog, operations });
}

/** A function of generated code; values are looked at when they come back. */
export type Callable = (this: void, ...given: readonly unknown[]) => Promise<unknown>;

/** What `connect` of a mapper hands out. */
export interface Connected {
  readonly db: unknown;
  readonly close: (this: void) => Promise<void>;
}

/** `specify` of a mapper without its types. */
export type Specify = (
  this: void,
) => Readonly<Record<string, (this: void, ...given: readonly unknown[]) => unknown>>;

export interface Built {
  readonly folder: string;
  readonly written: Written;
  /** What the compiler said; empty when the types are right. */
  readonly complaints: string;
  /** Loads a translated file: `repository`. */
  load(file: string): Promise<Readonly<Record<string, Callable>>>;
}

/** Writes, checks and translates; `prepare` runs between writing and checking. */
export function build(mapper: Mapper, models: Models, prepare?: (folder: string) => void): Built {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, 'node_modules/.cache/dbd-models-'));
  folders.push(folder);
  const written = mapper.write(models);
  for (const { path, text } of written.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['**/*.ts'], exclude: ['js'] }),
  );
  prepare?.(folder);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder],
    {
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  return {
    folder,
    written,
    complaints: (stdout + stderr).replaceAll(folder, ''),
    load: (file) => import(pathToFileURL(join(folder, 'js', `${file}.js`)).href) as ReturnType<Built['load']>,
  };
}

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noUnusedLocals: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  types: ['node'],
  rootDir: '.',
  outDir: 'js',
};
