import { printName } from '../../../../catalog/identity.ts';
import type { Index, Name } from '../../../../catalog/model.ts';
import { full, id, text } from '../../structure/making.ts';
import type { Piece, Sides } from '../model.ts';
import { parameterChanges } from './column-sql.ts';
import { tablesOf } from './table-facts.ts';

/** What is set after an index was made with its constraint: storage parameters and tablespace of its own, and what follows any index. */
export function indexSettings(owner: Name, index: Index, sides: Sides): readonly Piece[] {
  const fact = tablesOf(sides.to).indexFact(index);
  return [
    ...(fact?.tablespace
      ? [
          {
            sql: `ALTER INDEX ${full(index)} SET TABLESPACE ${id(fact.tablespace)}`,
            because: 'its tablespace',
          },
        ]
      : []),
    ...parameterChanges([], fact?.options ?? []).map((how) => ({
      sql: `ALTER INDEX ${full(index)} ${how}`,
      because: 'its storage parameters',
    })),
    ...indexRest(owner, index, sides),
  ];
}

/** What no statement tells that makes an index: statistics targets, comment, what its table uses it for. */
export function indexRest(owner: Name, index: Index, sides: Sides): readonly Piece[] {
  const fact = tablesOf(sides.to).indexFact(index);
  return [
    ...(fact?.targets ?? []).map(({ column, target }) => target_(index, column, target)),
    ...(fact?.identity ? [identity(owner, index)] : []),
    ...(fact?.clustered ? [cluster(owner, index)] : []),
    ...(index.comment === undefined ? [] : [comment(index)]),
  ];
}

const target_ = (index: Name, column: number, target: number): Piece => ({
  sql: `ALTER INDEX ${full(index)} ALTER COLUMN ${column} SET STATISTICS ${target}`,
  because: 'its statistics target',
});

const identity = (owner: Name, index: Index): Piece => ({
  sql: `ALTER TABLE ${full(owner)} REPLICA IDENTITY USING INDEX ${id(index.name)}`,
  because: 'replication tells rows apart by it',
});

const cluster = (owner: Name, index: Index): Piece => ({
  sql: `ALTER TABLE ${full(owner)} CLUSTER ON ${id(index.name)}`,
  because: 'rows are clustered by it',
});

const comment = (index: Index): Piece => ({
  sql: `COMMENT ON INDEX ${full(index)} IS ${index.comment === undefined ? 'NULL' : text(index.comment)}`,
  because: 'its comment',
});

/** Definition without storage parameters and what the catalog puts behind it. */
export function coreOf({ definition }: Index): string {
  return definition
    .replace(/(?: \/\* (?:statistics [\d=, -]+|clustered) \*\/)+$/, '')
    .replace(/ TABLESPACE (?:"(?:[^"]|"")+"|\S+)(?= WHERE |$)/, '')
    .replace(/ WITH \((?:\w+=(?:'[^']*'|[\w.]+)(?:, )?)+\)(?= WHERE |$)/, '');
}

/** Statements between two indexes of one name; `replace` when it has to be made again. */
export function indexChanges(
  owner: Name,
  before: Index,
  after: Index,
  sides: Sides,
): readonly Piece[] | 'replace' {
  if (coreOf(before) !== coreOf(after)) return 'replace';
  const [old, fact] = [tablesOf(sides.from).indexFact(before), tablesOf(sides.to).indexFact(after)];
  if (leaves(owner, before, after, sides)) return 'replace';
  const targets = new Map((fact?.targets ?? []).map(({ column, target }) => [column, target]));
  const was = new Map((old?.targets ?? []).map(({ column, target }) => [column, target]));
  return [
    ...(before.valid || !after.valid || after.partOf
      ? []
      : [
          {
            sql: `REINDEX INDEX ${full(after)}`,
            because: 'it was left invalid',
          },
        ]),
    ...((old?.tablespace ?? null) === (fact?.tablespace ?? null)
      ? []
      : [
          {
            sql: `ALTER INDEX ${full(after)} SET TABLESPACE ${id(fact?.tablespace ?? 'pg_default')}`,
            because: 'another tablespace',
          },
        ]),
    ...parameterChanges(old?.options ?? [], fact?.options ?? []).map((how) => ({
      sql: `ALTER INDEX ${full(after)} ${how}`,
      because: 'other storage parameters',
    })),
    ...[...new Set([...was.keys(), ...targets.keys()])]
      .filter((column) => was.get(column) !== targets.get(column))
      .map((column) => target_(after, column, targets.get(column) ?? -1)),
    ...(fact?.identity && !old?.identity ? [identity(owner, after)] : []),
    ...(fact?.clustered && !old?.clustered ? [cluster(owner, after)] : []),
    ...(old?.clustered &&
    !fact?.clustered &&
    !tablesOf(sides.to)
      .table(owner)
      ?.indexes.some((other) => tablesOf(sides.to).indexFact(other)?.clustered)
      ? [{ sql: `ALTER TABLE ${full(owner)} SET WITHOUT CLUSTER`, because: 'rows are clustered no longer' }]
      : []),
    ...(before.comment === after.comment ? [] : [comment(after)]),
  ];
}

/** A part cannot leave the index that it belongs to while its table stays a partition: both have to be made again. */
function leaves(owner: Name, before: Index, after: Index, sides: Sides): boolean {
  const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
  const stays = (table: Name): boolean => {
    const [was, is] = [from.table(table)?.partitionOf, to.table(table)?.partitionOf];
    return (
      was !== undefined && is !== undefined && printName(was) === printName(is) && was.bound === is.bound
    );
  };
  const other = (one: Index, next: Index | undefined): boolean =>
    one.partOf !== undefined && (!next?.partOf || printName(one.partOf) !== printName(next.partOf));
  return (
    (stays(owner) && other(before, after)) ||
    from.partsOf(before).some(
      ({ table, index }) =>
        stays(table) &&
        other(
          index,
          to.table(table)?.indexes.find(({ name }) => name === index.name),
        ),
    )
  );
}
