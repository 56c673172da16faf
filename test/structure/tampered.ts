/** Snapshots whose texts were changed by somebody who wants more than a database. */
import type { Catalog, Table } from '../../src/catalog/model.ts';
import type { Snapshot } from '../../src/engine/model.ts';

/** Would give the unprivileged owner every right. */
export const promote = 'ALTER ROLE dbd_owner SUPERUSER';

/** A snapshot with another structure, and other parts. */
export function tampered(honest: Snapshot, change: Partial<Catalog>, more: Partial<Snapshot> = {}): Snapshot {
  return { ...honest, ...more, catalog: { ...honest.catalog, ...change } };
}

/** A snapshot with other tables. */
export function tamperedTables(honest: Snapshot, change: (table: Table) => Partial<Table>): Snapshot {
  return tampered(honest, { tables: honest.catalog.tables.map((one) => ({ ...one, ...change(one) })) });
}

/** Definitions that are other statements, or two, by the path of the object that they stand for. */
export function otherStatements(honest: Snapshot, program: string): readonly (readonly [string, Snapshot])[] {
  const { catalog } = honest;
  return [
    [
      'function app.f(n integer)',
      tampered(honest, {
        routines: catalog.routines.map((one) => (one.name === 'f' ? { ...one, definition: program } : one)),
      }),
    ],
    [
      'function app.f(n integer)',
      tampered(honest, {
        routines: catalog.routines.map((one) =>
          one.name === 'f' ? { ...one, definition: `${one.definition}; ${promote}` } : one,
        ),
      }),
    ],
    [
      'view app.v',
      tampered(honest, {
        views: catalog.views.map((one) => ({ ...one, definition: `SELECT 1 AS a; ${promote}` })),
      }),
    ],
    [
      'table app.t index i',
      tamperedTables(honest, ({ indexes }) => ({
        indexes: indexes.map((one) => ({ ...one, definition: promote })),
      })),
    ],
    [
      'table app.t index i',
      tamperedTables(honest, ({ indexes }) => ({
        indexes: indexes.map((one) => ({ ...one, definition: `${one.definition}; ${promote}` })),
      })),
    ],
    [
      'table app.t trigger tr',
      tamperedTables(honest, ({ triggers }) => ({
        triggers: triggers.map((one) => ({ ...one, definition: `CREATE TABLESPACE x LOCATION '/tmp'` })),
      })),
    ],
    [
      'table app.t constraint positive',
      tamperedTables(honest, ({ constraints }) => ({
        constraints: constraints.map((one) => ({ ...one, definition: `CHECK (true); ${promote}` })),
      })),
    ],
    [
      'table app.t policy p',
      tamperedTables(honest, ({ policies }) => ({
        policies: policies.map((one) => ({ ...one, using: `true); ${promote}; --` })),
      })),
    ],
    [
      'rule app.t r',
      tampered(honest, {
        others: catalog.others!.map((one) => (one.kind === 'rule' ? { ...one, definition: program } : one)),
      }),
    ],
    [
      'statistics app.st',
      tampered(honest, {
        others: catalog.others!.map((one) =>
          one.kind === 'statistics'
            ? { ...one, definition: "ALTER SYSTEM SET archive_command = 'false'" }
            : one,
        ),
      }),
    ],
    [
      'type app.d',
      tampered(honest, {
        types: catalog.types.map((one) =>
          one.kind === 'domain' ? { ...one, definition: `integer; ${promote}` } : one,
        ),
      }),
    ],
    [
      'sequence app.s',
      tampered(honest, { sequences: catalog.sequences.map((one) => ({ ...one, start: `1; ${promote}` })) }),
    ],
  ];
}

/** A name that would end the quotes around it. */
export const oddName = `x"; ${promote}; --'`;

/** A snapshot in which every name and list of words was changed. */
export function oddNames(honest: Snapshot): Snapshot {
  const name = oddName;
  const role = (of: string) => ({
    name: of,
    superuser: true,
    inherit: true,
    login: true,
    bypassRowSecurity: false,
    memberOf: ['dbd_admin', 'pg_execute_server_program', 'pg_read_server_files', 'dbd_owner', name],
  });
  return tampered(
    honest,
    {
      schemas: [
        ...honest.catalog.schemas,
        { name, owner: name, grants: [{ to: name, privilege: 'USAGE', grantable: true }] },
      ],
      tables: honest.catalog.tables.map((one) => ({
        ...one,
        owner: name,
        grants: [
          { to: name, privilege: 'SELECT', grantable: false },
          { to: 'PUBLIC', privilege: `SELECT ON app.t TO PUBLIC; ${promote}; --`, grantable: false },
        ],
      })),
      routines: honest.catalog.routines.map((one) => ({
        ...one,
        arguments: one.name === 'f' ? 'n integer) OWNER TO dbd_admin --' : '',
        owner: 'dbd_admin',
      })),
      extensions: [
        { name: `pg_trgm"; ${promote}; --`, schema: 'public', version: '1' },
        { name: 'file_fdw', schema: 'public', version: '1.0' },
        { name: 'citext', schema: name, version: `1'; ${promote}; --` },
      ],
      others: [
        {
          kind: 'server',
          name: 'far',
          definition: `FOREIGN DATA WRAPPER "w""; ${promote}; --" OPTIONS ("o""p")`,
        },
        {
          kind: 'server',
          name: 'near',
          definition: 'FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname, fetch_size)',
        },
        {
          kind: 'default privileges',
          name: `"${name.replaceAll('"', '""')}" in app on r`,
          definition: `"${name.replaceAll('"', '""')}"=r/dbd_admin`,
        },
        { kind: 'event trigger', name: 'e', definition: 'ddl_command_end O app.g()' },
        { kind: 'operator class', name: 'app.o btree', definition: 'integer true' },
      ],
    },
    {
      roles: [role(name), role('dbd_owner'), role('dbd_admin'), role('plain')],
      settings: [
        { name: 'search_path', value: 'app, pg_catalog', from: 'database', planner: true },
        { name: 'search_path', value: `x'; ${promote}; --`, from: 'role', role: name, planner: true },
        { name: 'session_preload_libraries', value: '/var/lib/evil.so', from: 'database', planner: false },
        { name: `work_mem = '1MB'; ${promote}; --`, value: '1', from: 'database', planner: true },
        { name: 'work_mem', value: '77MB', from: 'role', role: 'dbd_admin', planner: true },
      ],
    },
  );
}
