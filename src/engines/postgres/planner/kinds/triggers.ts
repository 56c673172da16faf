import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { full, id } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Piece } from '../model.ts';
import { commentSql, rowsOf, type Fact } from './facts.ts';
import { simple } from './simple.ts';

interface TriggerFacts {
  readonly relation: string;
  readonly definition: string;
  readonly enabled: string;
  readonly constraint: boolean;
  readonly view: boolean;
  readonly foreign: boolean;
  /** It is there because the table is a partition of one that has it. */
  readonly clone: boolean;
}

const query = (): string => `
SELECT n.nspname::text AS schema, t.tgname::text AS name, NULL AS owner, ${commentSql('pg_trigger', 't.oid')} AS comment, NULL AS rights,
  json_build_object('relation', c.relname, 'definition', pg_catalog.pg_get_triggerdef(t.oid), 'enabled', t.tgenabled, 'constraint', t.tgconstraint <> 0,
    'view', c.relkind = 'v', 'foreign', c.relkind = 'f', 'clone', t.tgparentid <> 0) AS facts
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND ${OWN_SCHEMA}
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", t.tgname COLLATE "C"`;

/** How often a trigger fires, as ALTER TABLE says it. */
export const firing: Readonly<Record<string, string>> = {
  O: 'ENABLE',
  D: 'DISABLE',
  R: 'ENABLE REPLICA',
  A: 'ENABLE ALWAYS',
};

const onOf = ({ schema, facts }: Fact<TriggerFacts>) => ({ schema, name: facts.relation });

/** Triggers of tables and views; those that partitions get from their parents have a state of their own and no more. */
export const triggers: Kind<Fact<TriggerFacts>> = simple<TriggerFacts>({
  kind: 'trigger',
  query,
  key: (fact) => keys.trigger(onOf(fact), fact.name),
  needs: (fact) => [fact.facts.view ? keys.view(onOf(fact)) : keys.table(onOf(fact))],
  called: (fact) => ({ what: `TRIGGER ${id(fact.name)} ON ${full(onOf(fact))}` }),
  create: (fact, { to }) => {
    const above = rowsOf<Fact<TriggerFacts>>(to, 'trigger').some(
      ({ name, facts }) => name === fact.name && !facts.clone && facts.enabled !== 'O',
    );
    const state = fact.facts.enabled === 'O' && !(fact.facts.clone && above) ? [] : [statePiece(fact)];
    return fact.facts.clone ? state : [{ sql: fact.facts.definition, because: 'new trigger' }, ...state];
  },
  change(before, after, { to }) {
    const was = before.facts;
    const is = after.facts;
    if (was.clone !== is.clone) return 'replace';
    const other = was.definition !== is.definition;
    if (other && !is.clone && (was.constraint || is.constraint || to.version < 140_000)) return 'replace';
    return [
      ...(other && !is.clone
        ? [
            {
              sql: is.definition.replace(/^CREATE TRIGGER/, 'CREATE OR REPLACE TRIGGER'),
              because: 'it changes',
              frees: ['*'],
            },
          ]
        : []),
      // What is replaced fires as a new one does.
      ...(other
        ? is.enabled === 'O'
          ? []
          : [statePiece(after)]
        : was.enabled === is.enabled
          ? []
          : [statePiece(after)]),
    ];
  },
  drop: (fact) =>
    fact.facts.clone
      ? []
      : [{ sql: `DROP TRIGGER ${id(fact.name)} ON ${full(onOf(fact))}`, because: 'no longer wanted' }],
  more: {
    renames: {
      kind: 'trigger',
      free: true,
      name: ({ path }) => path.slice('trigger '.length),
      place: ({ object }) => `${object.schema}.${object.facts.relation}`,
      likeness: ({ object: before }, { object: after }) =>
        before.facts.definition.replace(` ${id(before.name)} `, ' ') ===
        after.facts.definition.replace(` ${id(after.name)} `, ' ')
          ? 1
          : 0,
      statements: ({ object }, to) => [
        `ALTER TRIGGER ${id(object.name)} ON ${full(onOf(object))} RENAME TO ${id(to.name)}`,
      ],
    },
  },
});

function statePiece(fact: Fact<TriggerFacts>): Piece {
  return {
    sql: `ALTER ${fact.facts.foreign ? 'FOREIGN TABLE' : 'TABLE'} ${fact.facts.view || fact.facts.foreign ? '' : 'ONLY '}${full(onOf(fact))} ${firing[fact.facts.enabled] ?? 'ENABLE'} TRIGGER ${id(fact.name)}`,
    because: 'whether it fires',
  };
}
