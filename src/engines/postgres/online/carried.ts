import type { Column, Grant, Policy, Table, Trigger, View } from '../../../catalog/model.ts';
import type { OnlineContext } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { walk, words } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { mentions } from './columns-in.ts';
import type { Place } from './place.ts';
import { is, treeOfText } from './text.ts';

/** What has to go before a column can go, and comes back in the same transaction as it was. */
export interface Carried {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What earlier statements of the same change drop: `view`, or `table.trigger`. */
function dropped(earlier: readonly string[] = [], kind: RegExp): ReadonlySet<string> {
  return new Set(
    earlier.flatMap((sql) => {
      if (!/^\s*DROP\b/i.test(sql)) return [];
      const tree = treeOfText(sql);
      if (!('DropStmt' in tree) || !kind.test(tree.DropStmt.removeType ?? '')) return [];
      const depth = kind.test('OBJECT_VIEW') ? -1 : -2;
      return (tree.DropStmt.objects ?? []).map((object) =>
        words('List' in object ? object.List.items : [object])
          .slice(depth)
          .join('.'),
      );
    }),
  );
}

/** Views that read the column, those that read them behind; dependants last. */
export function viewsOver({ before, earlier }: OnlineContext, table: Table, column: Column): readonly View[] {
  const gone = dropped(earlier, /^OBJECT_(?:MAT)?VIEW$/);
  const standing = before.views.filter(({ name }) => !gone.has(name));
  const found: View[] = standing.filter(
    ({ definition }) => mentions(definition, table.name) && mentions(definition, column.name),
  );
  for (const view of found)
    for (const other of standing)
      if (!found.includes(other) && mentions(other.definition, view.name)) found.push(other);
  // Breadth first is no order of dependence yet: a view stands behind all those it reads.
  const ordered: View[] = [];
  const place = (view: View): void => {
    if (ordered.includes(view)) return;
    for (const other of found)
      if (other !== view && mentions(view.definition, other.name) && !mentions(other.definition, view.name))
        place(other);
    if (!ordered.includes(view)) ordered.push(view);
  };
  found.forEach(place);
  return ordered;
}

/** Views dropped and made again with options, owner, grants, comments and triggers. */
export function carryViews(views: readonly View[], owner: string): Carried {
  return {
    before: views.toReversed().map((view) => `DROP VIEW ${quote.name(view)}`),
    after: views.flatMap((view) => {
      const name = quote.name(view);
      const options = view.options.length > 0 ? ` WITH (${view.options.join(', ')})` : '';
      return [
        `CREATE VIEW ${name}${options} AS\n${view.definition.trim().replace(/;$/, '')}`,
        ...(view.owner === owner ? [] : [`ALTER VIEW ${name} OWNER TO ${quote.identifier(view.owner)}`]),
        ...view.grants.map((grant) => granted(grant, name)),
        ...commented(`VIEW ${name}`, view.comment),
        ...view.columns.flatMap(({ name: column, comment }) =>
          commented(`COLUMN ${name}.${quote.identifier(column)}`, comment),
        ),
        ...view.triggers.flatMap((trigger) => madeAgain(trigger, name)),
      ];
    }),
  };
}

/** Policies of the table that read the column. */
export function carryPolicies({ table, name, context }: Place, column: Column): Carried {
  const gone = dropped(context.earlier, /^OBJECT_POLICY$/);
  const policies = table.policies.filter(
    ({ name: own, using = '', check = '' }) =>
      !gone.has(`${table.name}.${own}`) && mentions(`${using} ${check}`, column.name),
  );
  return {
    before: policies.map((policy) => `DROP POLICY ${quote.identifier(policy.name)} ON ${name}`),
    after: policies.flatMap((policy) => policyAgain(policy, name)),
  };
}

/** The text of a policy as it is. */
export function policyAgain(policy: Policy, table: string): readonly string[] {
  const own = quote.identifier(policy.name);
  const roles = policy.roles.map((role) => (role === 'PUBLIC' ? role : quote.identifier(role))).join(', ');
  return [
    [
      `CREATE POLICY ${own} ON ${table}`,
      ...(policy.permissive ? [] : ['AS RESTRICTIVE']),
      `FOR ${policy.command.toUpperCase()} TO ${roles}`,
      ...(policy.using === undefined ? [] : [`USING (${policy.using})`]),
      ...(policy.check === undefined ? [] : [`WITH CHECK (${policy.check})`]),
    ].join(' '),
    ...commented(`POLICY ${own} ON ${table}`, policy.comment),
  ];
}

/** Triggers that name the column behind OF or in WHEN. */
export function carryTriggers({ table, name, context }: Place, column: Column): Carried {
  const gone = dropped(context.earlier, /^OBJECT_TRIGGER$/);
  const triggers = table.triggers.filter(
    ({ name: own, definition }) => !gone.has(`${table.name}.${own}`) && names(definition, column.name),
  );
  return {
    before: triggers.map((trigger) => `DROP TRIGGER ${quote.identifier(trigger.name)} ON ${name}`),
    after: triggers.flatMap((trigger) => madeAgain(trigger, name)),
  };
}

function names(definition: string, column: string): boolean {
  const tree = treeOfText(definition);
  if (!('CreateTrigStmt' in tree)) return false;
  const { columns, whenClause } = tree.CreateTrigStmt;
  let reads = words(columns).includes(column);
  walk([whenClause], (kind, node) => {
    if (kind === 'ColumnRef' && words(node['fields'] as Parameters<typeof words>[0]).at(-1) === column)
      reads = true;
  });
  return reads;
}

/** A trigger with its state and comment. */
export function madeAgain({ name, definition, enabled, comment }: Trigger, table: string): readonly string[] {
  const own = quote.identifier(name);
  return [definition, ...stateOf(name, enabled, table), ...commented(`TRIGGER ${own} ON ${table}`, comment)];
}

function stateOf(name: string, enabled: string, table: string): readonly string[] {
  const word = { disabled: 'DISABLE', replica: 'ENABLE REPLICA', always: 'ENABLE ALWAYS' }[enabled];
  return word === undefined ? [] : [`ALTER TABLE ${table} ${word} TRIGGER ${quote.identifier(name)}`];
}

/** Extended statistics over the column; they go with it, and come back empty until ANALYZE. */
export function carryStatistics({ table, context }: Place, column: Column): Carried {
  const found = (context.before.others ?? []).filter(
    ({ kind, definition }) =>
      kind === 'statistics' && mentions(definition, table.name) && mentions(definition, column.name),
  );
  return {
    before: [],
    after: found.flatMap(({ name, definition, comment }) => {
      const target = /^(.*) \/\* statistics (\d+) \*\/$/s.exec(definition);
      return [
        target?.[1] ?? definition,
        ...(target ? [`ALTER STATISTICS ${name} SET STATISTICS ${target[2]}`] : []),
        ...commented(`STATISTICS ${name}`, comment),
      ];
    }),
  };
}

/** Set by a backfill in its own transactions; only those who may change the table can be heard. */
const setting = 'dbd.backfill';

/** What a batch says so that triggers of the table stay quiet. */
export const quietBatch: readonly string[] = [`SET LOCAL ${setting} = 'on'`];

/** Triggers that would fire for every row of a backfill. */
export function loudTriggers({ triggers }: Pick<Table, 'triggers'>): readonly Trigger[] {
  return triggers.filter(({ definition, enabled }) => {
    if (enabled === 'disabled' || enabled === 'replica') return false;
    const tree = treeOfText(definition);
    if (!('CreateTrigStmt' in tree)) return false;
    const { columns, events = 0 } = tree.CreateTrigStmt;
    return (events & onUpdate) > 0 && (columns ?? []).length === 0;
  });
}

/** Events of a trigger that fire on UPDATE, as the parser counts them. */
const onUpdate = 16;

/** Triggers that do not fire for batches of this change, and as they were; `without` leaves out those that name the column, which come back by themselves. */
export function quieted({ table, name }: Place, without?: Column): Carried {
  const triggers = loudTriggers(table).filter(
    ({ definition }) =>
      definition.startsWith('CREATE TRIGGER') && (without === undefined || !names(definition, without.name)),
  );
  const replaced = (text: string): string => text.replace(/^CREATE TRIGGER/, 'CREATE OR REPLACE TRIGGER');
  const silent = `current_setting('${setting}', true) IS DISTINCT FROM 'on' OR NOT pg_has_role(current_user, ${quote.literal(table.owner)}, 'MEMBER')`;
  return {
    before: triggers.flatMap(({ name: own, definition, enabled }) => {
      const tokens = lex(definition);
      const execute = tokens.findIndex((token) => is(token, 'execute'));
      const when = tokens.findIndex((token, at) => at < execute && is(token, 'when'));
      const head = definition.slice(0, tokens[when < 0 ? execute : when]!.from);
      const condition =
        when < 0
          ? `(${silent})`
          : `(${definition.slice(tokens[when + 1]!.from, tokens[execute]!.from).trim()} AND (${silent}))`;
      return [
        replaced(`${head}WHEN ${condition} ${definition.slice(tokens[execute]!.from)}`),
        ...stateOf(own, enabled, name),
      ];
    }),
    after: triggers.flatMap(({ name: own, definition, enabled }) => [
      replaced(definition),
      ...stateOf(own, enabled, name),
    ]),
  };
}

/** GRANT on a relation. */
export function granted({ privilege, to, grantable }: Grant, name: string): string {
  return `GRANT ${privilege} ON ${name} TO ${to === 'PUBLIC' ? to : quote.identifier(to)}${grantable ? ' WITH GRANT OPTION' : ''}`;
}

/** COMMENT ON, where there is one. */
export function commented(what: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`COMMENT ON ${what} IS ${quote.literal(text)}`];
}
