import { findTable } from '../../../catalog/find.ts';
import { sameName } from '../../../catalog/identity.ts';
import type { Table } from '../../../catalog/model.ts';
import type { DesignedRelation } from '../../../design/model.ts';
import type { Access, Entity, Field } from '../../../task/model.ts';
import { formatCount } from '../../../base/units.ts';
import type { Stage } from '../../deliverables/model.ts';
import { logged } from '../measure.ts';
import type { AlternativeKind, Chore, ChoreWork, Found } from '../model.ts';
import { letters, withAccess, withEntity, withSchema } from '../rewrite.ts';
import { aside } from '../source.ts';

/** A read that joins a parent for one of its columns. */
interface Joined {
  readonly access: Access;
  readonly sql: string;
}

/** A parent's column read through a join, or copied into the rows that refer to it. */
export const normalForm: AlternativeKind = {
  name: 'normal-form',
  says: "a parent's column joined or copied",
  find(stage) {
    const { task, planned, before } = stage;
    return task.requirements.entities.flatMap((entity) => {
      const table = planned.design.tables.get(entity.id);
      if (!table || findTable(before, table) || entity.derived) return [];
      const own = findTable(planned.after, table)!;
      return planned.design.relations
        .filter((relation) => sameName(relation.table, table) && relation.columns.length === 1)
        .flatMap((relation) => found(stage, entity, own, relation));
    });
  },
};

function found(stage: Stage, entity: Entity, table: Table, relation: DesignedRelation): readonly Found[] {
  const { task, planned, engine } = stage;
  const { quote } = engine;
  const claim = task.requirements.relations.find(({ id }) => id === relation.id);
  const parent = findTable(planned.after, relation.to);
  if (!claim?.required || claim.to.length > 1 || !parent || sameName(parent, table)) return [];
  const columns = [
    ...new Set(task.requirements.access.flatMap((one) => wanted(stage, one, table, parent, relation))),
  ];
  const [column] = columns;
  if (column === undefined || columns.length > 1) return [];
  const type = parent.columns.find(({ name }) => name === column)!.type;
  const copy = `${claim.name}_${column}`;
  const fk = relation.columns[0]!;
  const key = relation.toColumns[0]!;
  const joined = task.requirements.access.flatMap((one): readonly Joined[] => {
    const sql = withoutJoin(stage, one, { table, parent, relation, column, copy });
    return sql === undefined ? [] : [{ access: one, sql }];
  });
  if (joined.length === 0) return [];
  const field: Field = {
    name: copy,
    type: { kind: 'sql', sql: type },
    required: false,
    unique: false,
    examples: [],
    sensitive: entity.fields.some((one) => one.sensitive),
    place: entity.place,
  };
  const changed = withEntity(task, entity.id, { fields: [...entity.fields, field] });
  const rewritten = withAccess(changed, (one) => joined.find(({ access }) => access.id === one.id)?.sql);
  const [child, from] = [full(stage, table), full(stage, parent)];
  const existing = findTable(stage.before, parent) !== undefined;
  const rows = existing ? from : aside(stage, parent.name);
  const [f, k, c, own] = [fk, key, column, copy].map((name) => quote.identifier(name));
  return [
    {
      kind: 'variant',
      variant: {
        kind: 'normal-form',
        about: `${table.name}.${copy}`,
        chosen: 'joined',
        name: 'copied',
        task: withSchema(rewritten, [
          routine(
            quote.name({ schema: table.schema, name: `${table.name}_copy` }),
            // The parent's row must not change between the copy and the commit.
            `  SELECT parent.${c} INTO NEW.${own} FROM ${from} AS parent WHERE parent.${k} = NEW.${f} FOR SHARE;\n  RETURN NEW;`,
          ),
          `CREATE TRIGGER ${quote.identifier(`${table.name}_copy`)} BEFORE INSERT OR UPDATE OF ${f} ON ${quote.name(table)}\n  FOR EACH ROW EXECUTE FUNCTION ${quote.name({ schema: table.schema, name: `${table.name}_copy` })}()`,
          routine(
            quote.name({ schema: table.schema, name: `${table.name}_copied` }),
            `  UPDATE ${child} SET ${own} = NEW.${c} WHERE ${f} = NEW.${k};\n  RETURN NULL;`,
          ),
          `CREATE TRIGGER ${quote.identifier(`${table.name}_copied`)} AFTER UPDATE OF ${c} ON ${quote.name(parent)}\n  FOR EACH ROW EXECUTE FUNCTION ${quote.name({ schema: table.schema, name: `${table.name}_copied` })}()`,
        ]),
        lines: `${entity.id} ${entity.name}: fields: { ${copy}: { type: \`${type}\` } }, with triggers that keep it equal to ${parent.name}.${column}`,
        load: new Map([
          [
            table.name,
            {
              columns: { [copy]: `parent.${c}` },
              joins: `LEFT JOIN ${rows} AS parent ON parent.${k} = s.${f}`,
            },
          ],
        ]),
        price: `${parent.name}.${column} stands in each row that refers to it, and a change of it writes them all`,
        chore: changeParent(table, parent, { fk, key, column }),
      },
    },
  ];
}

function routine(name: string, body: string): string {
  return `CREATE FUNCTION ${name}() RETURNS trigger\n  LANGUAGE plpgsql\n  SET search_path = pg_catalog, pg_temp\nAS $body$\nBEGIN\n${body}\nEND\n$body$`;
}

function full({ engine }: Stage, { schema, name }: Table): string {
  return `${engine.quote.identifier(schema)}.${engine.quote.identifier(name)}`;
}

/** Columns, but the key, that a read takes from the parent joined to the child. */
function wanted(
  { engine }: Stage,
  { sql }: Access,
  table: Table,
  parent: Table,
  relation: DesignedRelation,
): readonly string[] {
  if (sql === undefined) return [];
  const shape = engine.grammar.shape(sql);
  const aliases = shape.tables.filter((one) => one.table === parent.name).map(({ alias }) => alias);
  if (shape.kind !== 'read' || aliases.length !== 1 || !shape.tables.some((one) => one.table === table.name))
    return [];
  const used = [...shape.reads, ...shape.predicates, ...shape.order, ...shape.group]
    .filter(({ alias }) => alias === aliases[0])
    .map(({ column }) => column);
  return used.includes('*') ? [] : [...new Set(used)].filter((one) => one !== relation.toColumns[0]);
}

/** The read without its join, when that is all it needs the parent for. */
function withoutJoin(
  stage: Stage,
  access: Access,
  names: {
    readonly table: Table;
    readonly parent: Table;
    readonly relation: DesignedRelation;
    readonly column: string;
    readonly copy: string;
  },
): string | undefined {
  const { table, parent, relation, column, copy } = names;
  if (access.sql === undefined || wanted(stage, access, table, parent, relation).join() !== column)
    return undefined;
  const { tables } = stage.engine.grammar.shape(access.sql);
  const up = tables.find((one) => one.table === parent.name)!.alias;
  const down = tables.find((one) => one.table === table.name)!.alias;
  const { quote } = stage.engine;
  const [fk, key] = [relation.columns[0]!, relation.toColumns[0]!];
  const copied = `${down}.${quote.identifier(copy)}`;
  const ref = (alias: string, name: string): string => `\\b${letters(alias)}\\."?${letters(name)}\\b"?`;
  const on = `(?:${ref(up, key)}\\s*=\\s*${ref(down, fk)}|${ref(down, fk)}\\s*=\\s*${ref(up, key)})`;
  const join = new RegExp(
    `(?<!(?:LEFT|RIGHT|FULL|CROSS|OUTER|NATURAL)\\s+)(?:\\bINNER\\s+)?\\bJOIN\\s+(?:\\w+\\.)?"?${letters(parent.name)}\\b"?(?:\\s+(?:AS\\s+)?${letters(up)}\\b)?\\s+ON\\s+\\(?\\s*${on}\\s*\\)?`,
    'i',
  );
  if (!join.test(access.sql)) return undefined;
  const sql = access.sql
    .replace(join, '')
    .replaceAll(new RegExp(ref(up, column), 'gi'), () => copied)
    .replaceAll(new RegExp(ref(up, key), 'gi'), () => `${down}.${quote.identifier(fk)}`);
  return named(sql, copied, quote.identifier(column));
}

/** A selected column keeps the name that it had. */
function named(sql: string, copied: string, column: string): string {
  const from = sql.search(/\bFROM\b/i);
  const alone = new RegExp(
    `(?<=(?:^\\s*SELECT(?:\\s+DISTINCT)?|,)\\s*)${letters(copied)}(?=\\s*(?:,|$))`,
    'gi',
  );
  return sql.slice(0, from).replaceAll(alone, () => `${copied} AS ${column}`) + sql.slice(from);
}

/** Writes the parent's column anew for the parent with the most rows. */
function changeParent(
  table: Table,
  parent: Table,
  names: { readonly fk: string; readonly key: string; readonly column: string },
): (work: ChoreWork) => Promise<Chore | undefined> {
  return async ({ stage, session, watcher }) => {
    const { quote } = stage.engine;
    const [fk, key, column] = [names.fk, names.key, names.column].map((name) => quote.identifier(name));
    const { rows } = await session.query<{ id: string; n: string }>(
      `SELECT ${fk}::text AS id, count(*) AS n FROM ${quote.name(table)} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
    );
    if (!rows[0]) return undefined;
    const { id, n } = rows[0];
    await session.run('BEGIN');
    const begin = performance.now();
    const walBytes = await logged(watcher, session, () =>
      session.query(`UPDATE ${quote.name(parent)} SET ${column} = ${column} WHERE ${key}::text = $1`, [id]),
    );
    const ms = performance.now() - begin;
    await session.run('ROLLBACK');
    return {
      text: `change ${parent.name}.${names.column} of the parent with the most rows (${formatCount(Number(n))})`,
      ms,
      walBytes,
      perDay: 0,
    };
  };
}
