import type { Name } from '../../../../catalog/model.ts';
import type { SequencePlace } from '../../../../engine/snapshot/model.ts';
import { OWN_SCHEMA, ordered, present } from '../../inspect/scope.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

/** Where sequences stand. */
export const PLACES_OF_SEQUENCES: Section = {
  name: 'places-of-sequences',
  stage: 'read activity and workload',
  why: 'Where sequences stand, so that a twin goes on from there and their growth can be told.',
  sql: () => `
SELECT q.schema, q.name, q.readable,
       CASE WHEN q.readable AND NOT (q.unlogged AND pg_catalog.pg_is_in_recovery()) THEN pg_catalog.pg_sequence_last_value(q.oid)::text END AS last
FROM (SELECT n.nspname::text AS schema, c.relname::text AS name, c.oid, c.relpersistence = 'u' AS unlogged,
             has_sequence_privilege(c.oid, 'SELECT, USAGE') AS readable
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'S' AND ${OWN_SCHEMA}) q
${ordered('q.schema', 'q.name')}`,
};

interface PlaceRow extends Name {
  readonly readable: boolean;
  readonly last: string | null;
}

/** Places of all sequences. */
export function toSequencePlaces(recording: Recording): readonly SequencePlace[] {
  return rowsOf<PlaceRow>(recording, PLACES_OF_SEQUENCES).map(({ schema, name, last }) =>
    present<SequencePlace>({ schema, name, last }),
  );
}

/** Sequences that the role may not read. */
export function hiddenSequences(recording: Recording): readonly Name[] {
  return rowsOf<PlaceRow>(recording, PLACES_OF_SEQUENCES).filter(({ readable }) => !readable);
}
