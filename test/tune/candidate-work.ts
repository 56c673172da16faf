import type { WorkQuery } from '../../src/tune/advice/model.ts';

/** A query of a workload that is called once a day. */
export function asked(name: string, sql: string, more: Partial<WorkQuery> = {}): WorkQuery {
  return {
    name,
    sql,
    kind: 'read',
    tables: [],
    sets: [],
    basis: 'generic',
    callsPerDay: 1,
    callsBasis: 'measured',
    told: [],
    ...more,
  };
}
