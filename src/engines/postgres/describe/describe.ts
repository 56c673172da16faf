/** Reads types from the server: a statement's by preparing it, a table's from the catalog. */
import pg from 'pg';
import type { Describe, DescribedStatement } from '../../../engine/describe/model.ts';
import type { Name } from '../../../catalog/model.ts';
import { ready } from '../grammar/parse.ts';
import { connectError, statementError } from '../sql-error.ts';
import { parseUrl } from '../url.ts';
import { nullRules } from './nullable.ts';
import { Preparation, type Prepared } from './preparation.ts';
import { resolveTypes } from './types.ts';

/** Limit of one question, milliseconds: preparing plans nothing and reads no row. */
const timeoutMs = 10_000;

/** PostgreSQL's description of statements and tables. */
export const describe: Describe = {
  async statements(url, statements) {
    await ready();
    return withClient(url, async (client) => {
      const described: (DescribedStatement | { readonly refused: string })[] = [];
      for (const sql of statements) described.push(await describeOne(client, sql, url));
      return described;
    });
  },

  async tables(url, tables) {
    return withClient(url, async (client) => {
      const { rows } = await client.query<ColumnRow>(columnsOf, [
        tables.map((table) => table.schema),
        tables.map((table) => table.name),
      ]);
      const types = await resolveTypes(client, rows);
      return tables.flatMap((table) => {
        const columns = rows.flatMap((row, at) =>
          row.schema === table.schema && row.table === table.name
            ? [{ name: row.name, type: types[at]! }]
            : [],
        );
        return columns.length === 0 ? [] : [{ table: { schema: table.schema, name: table.name }, columns }];
      });
    });
  },
};

interface ColumnRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly oid: number;
  readonly modifier: number;
}

const columnsOf = `
SELECT n.nspname::text AS schema, c.relname::text AS table, a.attname::text AS name, a.atttypid::int8::int AS oid, a.atttypmod AS modifier
FROM unnest($1::text[], $2::text[]) AS w(schema, name)
JOIN pg_namespace n ON n.nspname = w.schema
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.oid, a.attnum`;

async function describeOne(
  client: pg.Client,
  sql: string,
  url: string,
): Promise<DescribedStatement | { readonly refused: string }> {
  let prepared: Prepared;
  try {
    prepared = await new Promise<Prepared>((resolve, reject) => {
      client.query(new Preparation(sql, resolve, reject));
    });
  } catch (error) {
    return { refused: statementError(error, sql, url).message };
  }
  const types = await resolveTypes(client, [
    ...prepared.parameters.map((oid) => ({ oid, modifier: -1 })),
    ...prepared.fields.map((field) => ({ oid: field.dataTypeID, modifier: field.dataTypeModifier })),
  ]);
  const origins = await originsOf(client, prepared.fields);
  const rules = nullRules(sql);
  return {
    parameters: types.slice(0, prepared.parameters.length),
    columns: prepared.fields.map((field, place) => {
      const origin = origins[place];
      const notNull = (origin?.notNull === true && !rules.padded) || rules.never(place);
      return {
        name: field.name,
        type: types[prepared.parameters.length + place]!,
        nullable: !notNull,
        ...(origin ? { origin: { table: origin.table, column: origin.column } } : {}),
      };
    }),
  };
}

interface Origin {
  readonly table: Name;
  readonly column: string;
  readonly notNull: boolean;
}

async function originsOf(
  client: pg.Client,
  fields: readonly pg.FieldDef[],
): Promise<readonly (Origin | undefined)[]> {
  const { rows } = await client.query<{
    place: number;
    schema: string;
    name: string;
    column: string;
    not_null: boolean;
  }>(
    `SELECT w.place::int AS place, n.nspname::text AS schema, c.relname::text AS name, a.attname::text AS column, a.attnotnull AS not_null
       FROM unnest($1::int8[], $2::int4[]) WITH ORDINALITY AS w(relation, number, place)
       JOIN pg_class c ON c.oid = w.relation::oid JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = w.number`,
    [fields.map((field) => field.tableID), fields.map((field) => field.columnID)],
  );
  return fields.map((_, at) => {
    const row = rows.find(({ place }) => place === at + 1);
    return (
      row && { table: { schema: row.schema, name: row.name }, column: row.column, notNull: row.not_null }
    );
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { host, port, user, database, password } = parseUrl(url);
  const client = new pg.Client({
    connectionString: url,
    host,
    port,
    user,
    database,
    ...(password === undefined ? {} : { password }),
    application_name: 'dbd describe',
    statement_timeout: timeoutMs,
    connectionTimeoutMillis: timeoutMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      throw connectError(error, url);
    });
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
