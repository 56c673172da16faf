import { plural } from '../../../base/text.ts';
import type { Unseen } from '../../../engine/snapshot/model.ts';
import { quote } from '../quote.ts';
import type { Recording } from './model.ts';
import { placesOf } from './sections/places.ts';
import { STATEMENTS, STATEMENTS_IN_ALL, allStatements } from './sections/workload.ts';

/** Why there is no workload, or only a part of it, with what opens it. */
export function hiddenStatements(recording: Recording, role: string): readonly Unseen[] {
  const places = placesOf(recording);
  const none = 'queries and rates have to be declared; nothing is known of what the application runs';
  const all = allStatements(recording);
  if (places['statements_loaded'] !== true)
    return [
      {
        what: 'the workload',
        why: 'pg_stat_statements is not loaded: it belongs into shared_preload_libraries, which takes a restart',
        ...(places['statements_installed'] === true ? {} : { grant: 'CREATE EXTENSION pg_stat_statements;' }),
        means: none,
      },
    ];
  if (places['statements_installed'] !== true)
    return [
      {
        what: 'the workload',
        why: 'pg_stat_statements counts, but this database has no view of it',
        grant: 'CREATE EXTENSION pg_stat_statements;',
        means: none,
      },
    ];
  const schema = quote.identifier(String(places['statements_schema']));
  if (places['statements_open'] !== true)
    return [
      {
        what: 'the workload',
        why: `pg_stat_statements is in the schema ${schema}, which this role may not use`,
        grant: `GRANT USAGE ON SCHEMA ${schema} TO ${role};`,
        means: none,
      },
    ];
  const failed = recording.failed.get(STATEMENTS.name) ?? recording.failed.get(STATEMENTS_IN_ALL.name);
  if (failed !== undefined || !all)
    return [
      {
        what: 'the workload',
        why: failed ?? 'pg_stat_statements gave no answer',
        grant: `GRANT SELECT ON ${schema}.pg_stat_statements, ${schema}.pg_stat_statements_info TO ${role};`,
        means: none,
      },
    ];
  if (all.hidden === 0) return [];
  return [
    {
      what: `${plural(all.hidden, 'statement')} of other roles (${share(all.hidden_calls, all.calls)} of all calls)`,
      why: 'their texts are shown to members of pg_read_all_stats only',
      grant: `GRANT pg_read_all_stats TO ${role};`,
      means: 'the workload of a twin lacks them',
    },
  ];
}

const share = (part: number, whole: number): string =>
  `${whole === 0 ? 0 : Math.round((100 * part) / whole)} %`;
