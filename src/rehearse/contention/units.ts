import { findTable } from '../../catalog/find.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine, QueryShape } from '../../engine/model.ts';
import type { Access } from '../../task/model.ts';
import type { Unit, UnitStep } from './model.ts';

/** Units of work among the access patterns: transactions, and single statements that write. Reads alone meet nobody. */
export function unitsOf(engine: Engine, catalog: Catalog, access: readonly Access[]): readonly Unit[] {
  return access.flatMap((each) => {
    const texts = each.transaction ?? (each.sql === undefined ? [] : [each.sql]);
    const unit = unitOf(engine, catalog, each, texts);
    return unit.steps.some(({ writes }) => writes !== undefined) ? [unit] : [];
  });
}

/** A unit from its statements, with what hangs together in it. */
export function unitOf(
  engine: Engine,
  catalog: Catalog,
  { id, says }: Pick<Access, 'id' | 'says'>,
  texts: readonly string[],
): Unit {
  const plain = texts.map((text) => {
    const { sql, names } = engine.grammar.parameters(text);
    const shape = engine.grammar.shape(text);
    const target = ['insert', 'update', 'delete'].includes(shape.kind) ? shape.tables[0]?.table : undefined;
    const writes = target === undefined ? undefined : findTable(catalog, target);
    return {
      sql: sql.trim().replace(/;$/, ''),
      names,
      shape,
      ...(writes ? { writes: { schema: writes.schema, name: writes.name } } : {}),
    };
  });
  const linked = plain.map((step, at) => ({ ...step, ...linksOf(plain, at) }));
  return {
    id,
    says,
    steps: linked.map((step, at): UnitStep => ({
      ...step,
      guard:
        step.shape.kind === 'read' &&
        linked.slice(at + 1).some(({ writes }) => writes !== undefined) &&
        !linked.some(({ derives, carries }) => [...derives, ...carries].some(({ from }) => from === at)),
    })),
  };
}

type Plain = Pick<UnitStep, 'sql' | 'names' | 'shape' | 'writes'>;

/** Parameters of a write that take what an earlier read of the same table returned. */
function linksOf(steps: readonly Plain[], at: number): Pick<UnitStep, 'derives' | 'carries'> {
  const { shape, writes } = steps[at]!;
  if (!writes) return { derives: [], carries: [] };
  const readers = steps
    .slice(0, at)
    .map((step, from) => ({ ...step, from }))
    .filter(({ shape: read }) => read.kind === 'read')
    .toReversed();
  const source = (column: string, parameter: string): number | undefined =>
    readers.find(
      (step) =>
        // What was handed to the read was known before it.
        !step.names.includes(parameter) && returns(step.shape, shape.tables[0]!.table, column),
    )?.from;
  const compared = new Set(shape.predicates.flatMap(({ parameter }) => parameter ?? []));
  const derives = (shape.sets ?? [])
    .filter(({ parameter }) => shape.kind === 'update' && !compared.has(parameter))
    .flatMap(({ column, parameter }) => {
      const from = source(column, parameter);
      return from === undefined ? [] : [{ parameter, column, from }];
    });
  const carries = shape.predicates.flatMap(({ operator, column, parameter }) => {
    if (parameter === undefined || operator !== 'equal') return [];
    const from = source(column, parameter);
    return from === undefined ? [] : [{ parameter, column, from }];
  });
  return { derives, carries };
}

function returns(read: QueryShape, table: string, column: string): boolean {
  const aliases = read.tables.filter((one) => one.table === table).map(({ alias }) => alias);
  return read.reads.some(
    (one) => aliases.includes(one.alias) && (one.column === column || one.column === '*'),
  );
}

/** Tables that a unit writes, each once. */
export function writtenBy(units: readonly Unit[]): readonly NonNullable<UnitStep['writes']>[] {
  const all = new Map(
    units.flatMap(({ steps }) =>
      steps.flatMap(({ writes }) => (writes ? [[`${writes.schema}.${writes.name}`, writes] as const] : [])),
    ),
  );
  return [...all.values()];
}

/** Whether a statement looks for some row that a later one takes: any other free row would do as well. */
export function takes({ steps }: Unit, at: number): boolean {
  return steps[at]!.shape.limit && steps.some(({ carries }) => carries.some(({ from }) => from === at));
}
