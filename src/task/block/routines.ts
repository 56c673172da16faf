/** Routines and tenancy of a block. */
import { refuse, refuseValue } from '../form/form.ts';
import type { Entity, Relation, Routine, Tenancy } from '../model.ts';
import { checkRow } from './entities.ts';
import { checkName, type Resolve } from './references.ts';
import type { Sayer } from './says.ts';
import { optional, record } from './values.ts';
import type { RawBlock } from './vocabulary.ts';

/** Rows of one transaction of a bulk load when the task does not say. */
export const assumedBatch = 1000;

/** Routines with their names; throws `task.wrong-value` for one that lacks what its kind needs. */
export function readRoutines(
  raw: RawBlock,
  resolve: Resolve,
  found: (id: string) => Entity | undefined,
  relations: readonly Relation[],
  say: Sayer,
): readonly Routine[] {
  return (raw.routines ?? []).map(({ id, name, place, at, value }) => {
    const path = at.path.join('.');
    const kind = value.kind ?? (value.body === undefined ? 'upsert' : 'function');
    const of = value.of && resolve(value.of);
    const writes = kind === 'upsert' || kind === 'bulk';
    if (writes && of === undefined)
      return refuse(at, 'task.wrong-value', `\`${path}\` writes rows, so it needs \`of\`.`);
    if (kind === 'upsert' && (value.on ?? []).length === 0)
      return refuse(at, 'task.wrong-value', `\`${path}\` needs \`on\`: what tells that a row is there.`);
    if (writes === (value.body !== undefined))
      return refuse(
        at,
        'task.wrong-value',
        writes ? `\`${path}\` is written by dbd, so it has no \`body\`.` : `\`${path}\` needs a \`body\`.`,
      );
    if (value.batch === 0) return refuseValue({ ...at, path: [...at.path, 'batch'] }, 'at least one row');
    const entity = of === undefined ? undefined : found(of);
    if (entity) {
      for (const each of value.on ?? []) checkName(entity, relations, each.value, each.at);
      if (writes)
        for (const row of [...(value.accept ?? []), ...(value.reject ?? [])])
          checkRow(entity, relations, row);
    }
    const routine = {
      id,
      name: name ?? '',
      kind,
      ...optional('of', of),
      on: (value.on ?? []).map((each) => each.value),
      batch: value.batch ?? assumedBatch,
      arguments: record((value.arguments ?? []).map(([argument, type]) => [argument, type])),
      ...optional('returns', value.returns),
      ...optional('body', value.body),
      accept: (value.accept ?? []).map((row) => row.value),
      reject: (value.reject ?? []).map((row) => row.value),
    };
    return { ...routine, says: value.says ?? say.routine(routine), place };
  });
}

/** How tenants share a server. */
export function readTenancy(raw: NonNullable<RawBlock['tenancy']>, resolve: Resolve): Tenancy {
  return {
    model: raw.model!,
    of: resolve(raw.of!),
    quota: record(
      (raw.quota ?? []).map(([of, rows]) => [resolve({ value: of, at: raw.of!.at }), rows] as const),
    ),
    ...optional('connections', raw.connections),
    ...optional('timeoutMs', raw.timeout),
  };
}
