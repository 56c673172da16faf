import { keyOf, printName } from '../../../catalog/identity.ts';
import type { Catalog, Policy, Table, View } from '../../../catalog/model.ts';
import { full, id, options, partPath, says, tablePath, type Making } from './making.ts';
import { depths, type Rank } from './rank.ts';
import { tablesByName } from './tables.ts';

const states: Readonly<Record<string, string>> = {
  disabled: 'DISABLE',
  replica: 'ENABLE REPLICA',
  always: 'ENABLE ALWAYS',
};

/** Triggers, policies and what else makes a table act, parents before the partitions that get theirs from them. */
export function behaviourDdl(catalog: Catalog): readonly Making[] {
  const depth = depths(catalog);
  const byName = tablesByName(catalog);
  const tables = catalog.tables.toSorted((a, b) => depth(a) - depth(b));
  return [
    ...tables.flatMap((table) =>
      triggersDdl(
        table,
        tablePath(table),
        table.partitionOf && byName.get(keyOf(table.partitionOf))?.triggers.map(({ name }) => name),
      ),
    ),
    ...catalog.views.flatMap((view) => triggersDdl(view, `view ${printName(view)}`)),
    ...tables.flatMap((table) => [
      ...table.policies.flatMap((policy) => policyDdl(table, policy)),
      ...securityDdl(table),
    ]),
  ];
}

function triggersDdl(owner: Table | View, path: string, cloned: readonly string[] = []): readonly Making[] {
  return owner.triggers.flatMap((trigger) => {
    const here = partPath(path, 'trigger', trigger.name);
    const state = states[trigger.enabled];
    return [
      ...(cloned.includes(trigger.name)
        ? []
        : [{ path: here, sql: trigger.definition, begins: /^CREATE (?:CONSTRAINT )?TRIGGER / }]),
      ...(state === undefined
        ? []
        : [{ path: here, sql: `ALTER TABLE ONLY ${full(owner)} ${state} TRIGGER ${id(trigger.name)}` }]),
      ...says(here, `TRIGGER ${id(trigger.name)} ON ${full(owner)}`, trigger.comment),
    ];
  });
}

function policyDdl(table: Table, policy: Policy): readonly Making[] {
  const path = partPath(tablePath(table), 'policy', policy.name);
  const roles = policy.roles.map((role) => (role === 'PUBLIC' ? role : id(role)));
  return [
    {
      path,
      sql: [
        `CREATE POLICY ${id(policy.name)} ON ${full(table)} AS ${policy.permissive ? 'PERMISSIVE' : 'RESTRICTIVE'}`,
        `FOR ${policy.command.toUpperCase()} TO ${roles.join(', ')}`,
        ...(policy.using === undefined ? [] : [`USING (${policy.using})`]),
        ...(policy.check === undefined ? [] : [`WITH CHECK (${policy.check})`]),
      ].join(' '),
    },
    ...says(path, `POLICY ${id(policy.name)} ON ${full(table)}`, policy.comment),
  ];
}

function securityDdl(table: Table): readonly Making[] {
  const set = (what: string, how: string): Making => ({
    path: `${tablePath(table)} ${what}`,
    sql: `ALTER TABLE ONLY ${full(table)} ${how}`,
  });
  return [
    ...(table.rowSecurity === 'off' ? [] : [set('row security', 'ENABLE ROW LEVEL SECURITY')]),
    ...(table.rowSecurity === 'forced' ? [set('row security', 'FORCE ROW LEVEL SECURITY')] : []),
    ...(table.replicaIdentity === 'default' || table.kind === 'foreign'
      ? []
      : [
          set(
            'replica identity',
            `REPLICA IDENTITY ${table.replicaIdentity.replace(/^index ([\s\S]*)$/, (_all, index: string) => `USING INDEX ${id(index)}`)}`,
          ),
        ]),
  ];
}

/** Views in the order in which they were made, each with its indexes. */
export function viewDdl(view: View): readonly Making[] {
  const path = `view ${printName(view)}`;
  const what = `${view.materialized ? 'MATERIALIZED VIEW' : 'VIEW'} ${full(view)}`;
  const columns = view.columns.map(({ name }) => id(name)).join(', ');
  const sql = [
    `CREATE ${what}${columns === '' ? '' : ` (${columns})`}`,
    ...options('WITH', view.options),
    `AS ${view.definition.replace(/;\s*$/, '')}`,
  ].join(' ');
  return [
    {
      path,
      sql,
      // One that cannot be computed here is there all the same, and counts as filled later on.
      ...(view.materialized
        ? { instead: { sql: `${sql} WITH NO DATA`, why: 'it could not be computed here, and is empty' } }
        : {}),
    },
    ...says(path, what, view.comment),
    ...view.columns.flatMap(({ name, statistics }) =>
      statistics === undefined
        ? []
        : [
            {
              path: `${partPath(path, 'column', name)} statistics`,
              of: path,
              sql: `ALTER MATERIALIZED VIEW ${full(view)} ALTER COLUMN ${id(name)} SET STATISTICS ${statistics}`,
            },
          ],
    ),
    ...view.columns.flatMap((column) =>
      says(partPath(path, 'column', column.name), `COLUMN ${full(view)}.${id(column.name)}`, column.comment),
    ),
  ];
}

/** Views in their order. */
export function viewsDdl(catalog: Catalog, rank: Rank): readonly Making[] {
  return rank('relation')(catalog.views).flatMap(viewDdl);
}
