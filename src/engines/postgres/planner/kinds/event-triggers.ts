import { id, text } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Piece } from '../model.ts';
import { commentSql, ours, ownerSql, qualifiedSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';
import { firing } from './triggers.ts';

interface EventTriggerFacts {
  readonly event: string;
  readonly tags: readonly string[] | null;
  readonly enabled: string;
  readonly routine: string;
}

const query = (): string => `
SELECT '' AS schema, e.evtname::text AS name, ${ownerSql('e.evtowner')} AS owner, ${commentSql('pg_event_trigger', 'e.oid')} AS comment, NULL AS rights,
  json_build_object('event', e.evtevent, 'tags', to_json(e.evttags), 'enabled', e.evtenabled,
    'routine', ${qualifiedSql('n.nspname', 'p.proname')}) AS facts
FROM pg_catalog.pg_event_trigger e JOIN pg_catalog.pg_proc p ON p.oid = e.evtfoid JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE ${ours('pg_event_trigger', 'e.oid')} ORDER BY e.evtname COLLATE "C"`;

const superuser = true as const;

/** Event triggers; they stand behind everything else, so that they do not fire for it. */
export const eventTriggers: Kind<Fact<EventTriggerFacts>> = simple<EventTriggerFacts>({
  kind: 'event trigger',
  query,
  key: (fact) => keys.named('event trigger', fact),
  called: ({ name }) => ({ what: `EVENT TRIGGER ${id(name)}`, superuser }),
  create: (fact) => [
    {
      sql: [
        `CREATE EVENT TRIGGER ${id(fact.name)} ON ${fact.facts.event}`,
        ...(fact.facts.tags === null ? [] : [`WHEN TAG IN (${fact.facts.tags.map(text).join(', ')})`]),
        `EXECUTE FUNCTION ${fact.facts.routine}()`,
      ].join(' '),
      because: 'new event trigger',
      superuser,
    },
    ...(fact.facts.enabled === 'O' ? [] : [statePiece(fact)]),
  ],
  change: (before, after) =>
    JSON.stringify({ ...before.facts, enabled: '' }) === JSON.stringify({ ...after.facts, enabled: '' })
      ? [statePiece(after)]
      : 'replace',
});

function statePiece({ name, facts }: Fact<EventTriggerFacts>): Piece {
  return {
    sql: `ALTER EVENT TRIGGER ${id(name)} ${firing[facts.enabled] ?? 'ENABLE'}`,
    because: 'whether it fires',
    superuser,
  };
}
