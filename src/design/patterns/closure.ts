import type { ColumnDraft, ConstraintDraft, Draft, TableDraft } from '../draft.ts';
import type { DesignedFeature } from '../model.ts';
import { cased, singularOf } from '../naming.ts';
import { keyOf } from './relation.ts';
import { indented } from './summary.ts';
import { circleCheck, hasParent, moved, same, type Tree } from './circle.ts';
import { addFunction, addTrigger, fullName, raise } from './trigger.ts';

type Closure = NonNullable<Extract<DesignedFeature, { readonly kind: 'tree' }>['closure']>;

/** A table of every ancestor of every row, kept by triggers in the transaction that writes the rows. */
export function addClosure(draft: Draft, made: Tree): Closure {
  const { table, claims } = made;
  const { quote } = draft.engine;
  const paths = pathTable(draft, made);
  const [up, down] = [sideOf(paths, 'ancestor'), sideOf(paths, 'descendant')].map((columns) =>
    columns.map((name) => quote.identifier(name)),
  ) as [string[], string[]];
  const all = [...up, ...down, 'depth'].join(', ');
  const full = fullName(draft, paths.name);
  const fill = (start: string, into: string, nodes: string): string =>
    `${start}path AS (
  SELECT ${made.key.map((key, i) => `start.${key} AS ${up[i]!}`).join(', ')}, ${made.key.map((key, i) => `start.${key} AS ${down[i]!}`).join(', ')}, 0 AS depth
  FROM ${nodes} AS start
  UNION ALL
  SELECT ${made.parent.map((parent) => `node.${parent}`).join(', ')}, ${down.map((column) => `path.${column}`).join(', ')}, path.depth + 1
  FROM path
  JOIN ${made.name} AS node ON ${same('node', made.key, 'path', up)}
  WHERE ${hasParent(made, 'node')}
) CYCLE ${[...up, ...down].join(', ')} SET looped USING visited
INSERT INTO ${into} (${all})
SELECT ${all}
FROM path
WHERE NOT looped`;
  const columns = [...sideOf(paths, 'ancestor'), ...sideOf(paths, 'descendant'), 'depth'];
  const refill = `INSERT INTO ${quote.name(paths.name)} (${all})\n${fromScratch(made, quote.name(table.name), up, down)}`;
  const below = `below AS (
  SELECT ${made.key.map((key) => `NEW.${key} AS ${key}`).join(', ')}
  UNION
  SELECT ${made.key.map((key) => `child.${key}`).join(', ')}
  FROM below
  JOIN ${made.name} AS child ON ${same('child', made.parent, 'below', made.key)}
)`;
  const stale = raise(draft, table.name, {
    rule: made.rule,
    state: '0A000',
    message: `'a move needs to see rows that were added meanwhile'`,
    hint: 'Move rows in READ COMMITTED or SERIALIZABLE, not in REPEATABLE READ.',
  });
  const self = made.key.map((key) => `NEW.${key}`);
  const body = `IF TG_OP = 'INSERT' THEN
  PERFORM pg_advisory_xact_lock_shared(TG_RELID::bigint);
ELSE
  IF current_setting('transaction_isolation') = 'repeatable read' THEN
${indented(stale, 4)}
  END IF;
  PERFORM pg_advisory_xact_lock(TG_RELID::bigint);
END IF;
IF ${hasParent(made, 'NEW')} THEN
${indented(circleCheck(draft, made), 2)}
END IF;
IF TG_OP = 'UPDATE' THEN
  WITH RECURSIVE ${indented(below, 2).trimStart()}
  DELETE FROM ${full} AS gone
  USING below
  WHERE ${same('gone', down, 'below', made.key)};
${indented(fill(`WITH RECURSIVE ${below}, `, full, 'below'), 2)}
  ON CONFLICT (${[...up, ...down].join(', ')}) DO NOTHING;
  RETURN NULL;
END IF;
${fill('WITH RECURSIVE ', full, `(SELECT ${self.map((value, i) => `${value} AS ${made.key[i]!}`).join(', ')})`)}
ON CONFLICT (${[...up, ...down].join(', ')}) DO NOTHING;
RETURN NULL;`;
  const routine = addFunction(draft, paths, {
    name: `${paths.name.name}_keep`,
    body,
    rights: 'owner',
    claims,
    reason: `Keeps ${paths.name.name} in step with ${table.name.name}`,
  });
  const watched = { ...table, after: paths.after };
  const on = (suffix: string, when: string, lines: readonly string[], joined: boolean): void =>
    addTrigger(draft, watched, {
      name: `${paths.name.name}_${suffix}`,
      when,
      lines: ['FOR EACH ROW', ...lines],
      routine,
      claims,
      joined,
      reason:
        'Paths change in the transaction that changes the tree; deleted rows take theirs along by the foreign key',
    });
  on('insert', 'AFTER INSERT', [], false);
  on('move', 'AFTER UPDATE', [`WHEN (${moved(made.parent)})`], table.existing !== undefined);
  if (table.existing)
    paths.after.push({
      sql: refill,
      claims,
      joined: true,
      reason: `Fills ${paths.name.name} from the rows that are there; writers of ${table.name.name} wait, or their rows would be left out`,
      undo: '',
    });
  draft.upkeep.push({ table: paths.name, sql: refill, kind: 'exact' });
  draft.choose(
    `${table.name.name}.${made.relation.name}`,
    `all ancestors in ${paths.name.name}, kept by triggers`,
    'ancestors and descendants are one index scan; a move waits for other moves and for inserts under way, and rewrites the paths of the rows below it',
    claims,
  );
  return { table: paths.name, refill, columns };
}

/** Every path, by walking down from every row. */
function fromScratch(made: Tree, name: string, up: readonly string[], down: readonly string[]): string {
  const pairs = (left: readonly string[]): string =>
    made.key.map((key, i) => `node.${key} AS ${left[i]!}`).join(', ');
  return `WITH RECURSIVE path AS (
  SELECT ${pairs(up)}, ${pairs(down)}, 0 AS depth
  FROM ${name} AS node
  UNION ALL
  SELECT ${up.map((column) => `path.${column}`).join(', ')}, ${made.key.map((key) => `child.${key}`).join(', ')}, path.depth + 1
  FROM path
  JOIN ${name} AS child ON ${same('child', made.parent, 'path', down)}
)
SELECT ${[...up, ...down].join(', ')}, depth
FROM path`;
}

function pathTable(draft: Draft, made: Tree): TableDraft {
  const { habits } = draft;
  const { table, claims, relation } = made;
  const { schema } = table.name;
  const name = draft.take({ schema, name: cased(`${singularOf(table.name.name)}_paths`, habits) });
  const key = keyOf(draft, table);
  const side = (word: string): ColumnDraft[] =>
    key.map((part) => ({
      name: cased(`${word}_${part.name}`, habits),
      type: part.type,
      notNull: true,
      of: word,
      rank: 1,
      claims,
    }));
  const [up, down] = [side('ancestor'), side('descendant')];
  const names = (columns: readonly ColumnDraft[]): string[] => columns.map((column) => column.name);
  const toKey = draft.list(key.map((part) => part.name));
  const foreign = (columns: readonly ColumnDraft[]): ConstraintDraft => ({
    name: draft.take({ schema, name: habits.templates.foreign(name, names(columns)) }),
    kind: 'foreign',
    columns: names(columns),
    to: table.name,
    claims,
    definition: `FOREIGN KEY (${draft.list(names(columns))}) REFERENCES ${draft.engine.quote.name(table.name)} (${toKey}) ON DELETE CASCADE`,
  });
  const pair = [...names(up), ...names(down)];
  const back = [...names(down), 'depth'];
  const paths: TableDraft = {
    of: `${relation.id} paths`,
    name: { schema, name },
    columns: [
      ...up,
      ...down,
      { name: 'depth', type: 'integer', notNull: true, of: 'depth', rank: 2, claims },
    ],
    key: pair,
    constraints: [
      {
        name: draft.take({ schema, name: habits.templates.primary(name, pair) }),
        kind: 'primary',
        columns: pair,
        definition: `PRIMARY KEY (${draft.list(pair)})`,
        claims,
      },
      foreign(up),
      foreign(down),
      {
        name: draft.take({ schema, name: `${name}_depth_check` }),
        kind: 'check',
        columns: ['depth'],
        definition: 'CHECK (depth >= 0)',
        claims,
      },
    ],
    indexes: [
      {
        name: draft.take({ schema, name: habits.templates.index(name, back) }),
        unique: false,
        columns: back,
        definition: `(${draft.list(back)})`,
        claims,
        support: false,
        reason: 'The ancestors of a row, nearest first; and its paths when it is deleted or moved',
      },
    ],
    after: [],
    claims: [...claims],
    comment: `Every ancestor of every row of ${table.name.name} with its distance; each row is its own at distance 0`,
  };
  draft.tables.push(paths);
  return paths;
}

function sideOf(paths: TableDraft, side: 'ancestor' | 'descendant'): readonly string[] {
  return paths.columns.filter(({ of }) => of === side).map(({ name }) => name);
}
