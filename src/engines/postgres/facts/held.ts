import type { Constraint, IndexStmt } from 'libpg-query';
import { fitBytes } from '../../../base/text.ts';
import { primaryKey } from '../../../catalog/find.ts';
import type { Constraint as Held, Index, Table } from '../../../catalog/model.ts';
import { lex } from '../grammar/lex.ts';
import { nameOf, walk, words } from '../grammar/tree.ts';
import type { Node } from 'libpg-query';
import type { Look } from './look.ts';

/** A constraint of a statement as the catalog would hold it; `sql` is the text whose positions the tree has. */
export function constraintFrom(
  constraint: Constraint,
  table: Table,
  look: Look,
  sql: string,
): Held | undefined {
  const common = {
    validated: constraint.skip_validation !== true,
    deferrable: constraint.deferrable === true,
    deferred: constraint.initdeferred === true,
    enforced:
      constraint.is_enforced === true ||
      !(constraint.contype === 'CONSTR_CHECK' || constraint.contype === 'CONSTR_FOREIGN'),
  };
  const named = (columns: readonly string[], suffix: string): string =>
    constraint.conname ?? freeName(table, columns, suffix);
  switch (constraint.contype) {
    case 'CONSTR_CHECK': {
      const columns = columnsIn(constraint.raw_expr);
      return {
        ...common,
        kind: 'check',
        name: named(columns.length === 1 ? columns : [], 'check'),
        columns,
        definition: checkText(sql, constraint.location ?? 0),
      };
    }
    case 'CONSTR_NOTNULL': {
      const columns = words(constraint.keys);
      return {
        ...common,
        kind: 'not-null',
        name: named(columns, 'not_null'),
        columns,
        definition: 'NOT NULL',
      };
    }
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE': {
      const primary = constraint.contype === 'CONSTR_PRIMARY';
      const taken = table.indexes.find(({ name }) => name === constraint.indexname);
      const columns = constraint.indexname ? (taken?.keys ?? []) : words(constraint.keys);
      return {
        ...common,
        kind: primary ? 'primary' : 'unique',
        name:
          constraint.conname ??
          constraint.indexname ??
          named(primary ? [] : columns, primary ? 'pkey' : 'key'),
        columns,
        definition: `${primary ? 'PRIMARY KEY' : 'UNIQUE'} (${columns.join(', ')})`,
      };
    }
    case 'CONSTR_FOREIGN': {
      const columns = words(constraint.fk_attrs);
      const parent = look.relation(constraint.pktable);
      const written = words(constraint.pk_attrs);
      const holder = look.table(nameOf(constraint.pktable));
      return {
        ...common,
        kind: 'foreign',
        name: named(columns, 'fkey'),
        columns,
        definition: `FOREIGN KEY (${columns.join(', ')}) REFERENCES ${parent.name}`,
        references: {
          ...parent,
          columns: written.length > 0 ? written : holder ? primaryKey(holder) : [],
          onDelete: rules[constraint.fk_del_action ?? 'a'] ?? 'no action',
          onUpdate: rules[constraint.fk_upd_action ?? 'a'] ?? 'no action',
        },
      };
    }
    case 'CONSTR_EXCLUSION':
      return { ...common, kind: 'exclude', name: named([], 'excl'), columns: [], definition: 'EXCLUDE' };
    default:
      return undefined;
  }
}

const rules: Readonly<Record<string, NonNullable<Held['references']>['onDelete']>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

/** The name that the server would give. */
function freeName(table: Table, columns: readonly string[], suffix: string): string {
  const taken = new Set([...table.constraints, ...table.indexes].map(({ name }) => name));
  const base = [table.name, ...columns, suffix].join('_');
  for (let n = 0; ; n++) {
    const name = fitBytes(n === 0 ? base : `${base}${n}`, 63);
    if (!taken.has(name)) return name;
  }
}

function columnsIn(expression: Node | undefined): readonly string[] {
  const found = new Set<string>();
  walk([expression], (kind, node) => {
    const name = kind === 'ColumnRef' ? words(node['fields'] as Node[]).at(-1) : undefined;
    if (name !== undefined) found.add(name);
  });
  return [...found];
}

/** `CHECK (…)` from a position in UTF-8 bytes on. */
function checkText(sql: string, at: number): string {
  const rest = Buffer.from(sql, 'utf8').toString('utf8', at);
  const tokens = lex(rest);
  const from = tokens.findIndex(({ kind, text }) => kind === 'word' && text.toLowerCase() === 'check');
  let depth = 0;
  for (const token of tokens.slice(from + 1)) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth === 0) return rest.slice(tokens[from]?.from ?? 0, token.to);
  }
  return '';
}

/** An index of a statement as the catalog would hold it. */
export function indexFrom(statement: IndexStmt, table: Table): Index {
  const keys = (statement.indexParams ?? []).map((node) =>
    'IndexElem' in node ? (node.IndexElem.name ?? 'expression') : 'expression',
  );
  const includes = (statement.indexIncludingParams ?? []).flatMap((node) =>
    'IndexElem' in node ? (node.IndexElem.name ?? []) : [],
  );
  return {
    schema: table.schema,
    name: statement.idxname ?? freeName(table, keys, 'idx'),
    method: statement.accessMethod ?? 'btree',
    unique: statement.unique === true,
    primary: false,
    valid: true,
    keys,
    includes,
    ...(statement.whereClause ? { predicate: '…' } : {}),
    definition: `CREATE INDEX x ON t (${keys.join(', ')})`,
  };
}
