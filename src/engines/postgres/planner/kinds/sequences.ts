import { printName } from '../../../../catalog/identity.ts';
import type { Sequence } from '../../../../catalog/model.ts';
import { full } from '../../structure/making.ts';
import { identityColumns } from '../../structure/tables.ts';
import { sequenceOptions } from '../../structure/types.ts';
import { keys, names } from '../keys.ts';
import type { Altered, Kind, Piece, Side, Sides, Thing } from '../model.ts';
import { aroundChange, aroundNew } from './around.ts';
import { usualOptions } from './column-sql.ts';
import type { OfColumn } from './defaults.ts';
import { carryOn } from './identity.ts';
import { recounted } from './recount.ts';
import { SEQUENCE_FACTS, tablesOf } from './table-facts.ts';
import { nameLikeness } from './likeness.ts';
import { calledSequence, renameRelation } from './table-names.ts';

/** Sequences that no identity column makes. */
export const sequences: Kind<Sequence> = {
  kind: 'sequence',
  query: () => SEQUENCE_FACTS,
  list: (side) => {
    const identities = identityColumns(side.catalog);
    return side.catalog.sequences
      .filter(({ ownedBy }) => ownedBy === undefined || !identities.has(ownedBy))
      .map((sequence) => thingOf(side, sequence));
  },
  make: ({ object }, sides) => made(object, sides),
  drop: ({ object }) => [
    {
      sql: `DROP SEQUENCE ${full(object)}`,
      because: 'no longer wanted',
    },
  ],
  alter: ({ object: before }, { object: after }, sides) => altered(before, after, sides),
  renames: {
    kind: 'sequence',
    free: true,
    name: ({ object }) => printName(object),
    place: () => '',
    likeness: ({ object: before }, { object: after }) => {
      if (before.ownedBy !== undefined || after.ownedBy !== undefined)
        return before.ownedBy === after.ownedBy && before.type === after.type ? 1 : 0;
      const same = before.type === after.type && sequenceOptions(before) === sequenceOptions(after);
      // Its numbers are data: one that no column owns is asked about.
      return same ? 0.5 + 0.45 * nameLikeness(before.name, after.name) : 0;
    },
    statements: ({ object }, to) => renameRelation('SEQUENCE', object, to),
  },
};

interface Owner extends OfColumn {
  readonly key: string;
  /** As the catalog writes it. */
  readonly name: string;
}

/** The column that owns a sequence. */
function columnOf(side: Side, { ownedBy }: Sequence): Owner | undefined {
  return ownedBy === undefined ? undefined : owners(side).get(ownedBy);
}

const known = new WeakMap<Side, ReadonlyMap<string, Owner>>();

function owners(side: Side): ReadonlyMap<string, Owner> {
  const found = known.get(side);
  if (found) return found;
  const tables = tablesOf(side);
  const made = new Map(
    side.catalog.tables.flatMap((table) =>
      table.columns.flatMap((column) => {
        const name = tables.owned(table, column.name)?.ownedBy;
        return name === undefined
          ? []
          : [[name, { key: keys.column(table, column.name), name, table, column }] as const];
      }),
    ),
  );
  known.set(side, made);
  return made;
}

function thingOf(side: Side, sequence: Sequence): Thing<Sequence> {
  const owner = columnOf(side, sequence);
  return {
    key: keys.sequence(sequence),
    path: `sequence ${printName(sequence)}`,
    object: sequence,
    names: [names.relation(sequence)],
    ...(owner === undefined ? {} : { goesWith: owner.key }),
  };
}

function unlogged(side: Side, sequence: Sequence): boolean {
  return tablesOf(side).sequenceFact(sequence)?.unlogged ?? false;
}

function made(sequence: Sequence, sides: Sides): readonly Piece[] {
  const fact = tablesOf(sides.to).sequenceFact(sequence);
  const options = sequenceOptions(sequence);
  const owner = columnOf(sides.to, sequence);
  const serves = owner && served(sides, owner);
  return [
    {
      sql: [
        `CREATE ${unlogged(sides.to, sequence) ? 'UNLOGGED ' : ''}SEQUENCE ${full(sequence)}`,
        ...(sequence.type === 'bigint' ? [] : [`AS ${sequence.type}`]),
        ...(options === usualOptions(sequence.type) ? [] : [options]),
      ].join(' '),
      because: 'new sequence',
    },
    ...(serves ? [carryOn(sequence, serves)] : []),
    ...(fact ? aroundNew(owner ? { ...fact, owner: null } : fact, calledSequence(sequence), sides) : []),
    ...(owner
      ? [
          {
            sql: `ALTER SEQUENCE ${full(sequence)} OWNED BY ${owner.name}`,
            because: 'it goes with the column that it serves',
            needs: [owner.key],
          },
        ]
      : []),
  ];
}

/** The column of numbers, where it was there before. */
function served(sides: Sides, owner: Owner): Owner | undefined {
  const before = tablesOf(sides.from).column(owner.table, owner.column.name);
  return before && /^(?:smallint|integer|bigint|numeric)/.test(before.type) ? owner : undefined;
}

function altered(before: Sequence, after: Sequence, sides: Sides): Altered {
  const [old, fact] = [tablesOf(sides.from).sequenceFact(before), tablesOf(sides.to).sequenceFact(after)];
  const [was, is] = [columnOf(sides.from, before), columnOf(sides.to, after)];
  const piece = (how: string, because: string): Piece => ({
    sql: `ALTER SEQUENCE ${full(after)} ${how}`,
    because,
  });
  return [
    ...recounted(before, after, `AS ${after.type} `).map((sql) => ({
      sql,
      because: 'it counts in another way',
    })),
    ...(unlogged(sides.from, before) === unlogged(sides.to, after) || was?.key !== undefined
      ? []
      : [piece(unlogged(sides.to, after) ? 'SET UNLOGGED' : 'SET LOGGED', 'whether it survives a crash')]),
    ...(was?.key === is?.key
      ? []
      : [
          {
            ...piece(`OWNED BY ${is?.name ?? 'NONE'}`, 'it serves another column'),
            ...(is ? { needs: [is.key] } : {}),
            ...(was ? { frees: [was.key] } : {}),
          },
        ]),
    ...(old && fact
      ? aroundChange(
          is ? { ...old, owner: null } : old,
          is ? { ...fact, owner: null } : fact,
          calledSequence(after),
          sides,
        )
      : []),
  ];
}
