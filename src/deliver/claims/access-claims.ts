/** Verdicts of access patterns: what was measured, at which size, and what follows for the declared one. */
import { formatCount, formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import type { Claim, Evidence } from '../../report/model.ts';
import type { Access } from '../../task/model.ts';
import type { AccessResult, SizePoint } from '../../tune/model.ts';
import { claim } from './claims.ts';
import type { Outcome } from '../model.ts';
import { partName } from '../measuring/tuned-parts.ts';
import { isSentence, sentenceClaim } from '../asking/sentences.ts';

/** The verdict comes with the measurement; a pattern that was not measured proves nothing. */
export function accessClaim({ access: results, tuned, sentences }: Outcome, access: Access): Claim {
  if (isSentence(access))
    return sentenceClaim(
      access,
      sentences.find(({ claim: id }) => id === access.id),
    );
  const result = results.find((candidate) => candidate.claim === access.id);
  if (!result) return claim(access.id, 'access', access.says, 'not-proven', 'It was not measured.');
  const parts = new Set([access.id, ...(access.transaction ?? []).map((_, at) => partName(access, at))]);
  const text = access.sql?.trim() ?? access.transaction?.map((sql) => sql.trim()).join(';\n');
  const evidence: Evidence[] = [
    ...result.sizes.map((size): Evidence => ({
      basis: 'measured',
      text: sizeText(size),
    })),
    ...(result.basis === 'derived' && result.p95 !== undefined
      ? [
          {
            basis: 'derived' as const,
            text: `p95 ${formatMs(result.p95)}${range(result)} at ${formatCount(result.declaredRows)} rows`,
          },
        ]
      : []),
    ...tuned.queries
      .filter((query) => parts.has(query.claim))
      .map((query): Evidence => ({
        basis: 'measured',
        text: `${query.claim === access.id ? '' : `${query.claim}: `}mean ${formatMs(query.beforeMs)} before the chosen indexes, ${formatMs(query.afterMs)} with them; ${query.buffersBefore} → ${query.buffersAfter} buffers`,
      })),
    ...(result.plan.length > 0
      ? [
          {
            basis: 'measured' as const,
            text: `plan: ${result.plan.join(access.transaction ? '; ' : ' ← ')}`,
            ...(text === undefined ? {} : { shown: text }),
          },
        ]
      : []),
  ];
  return claim(access.id, 'access', access.says, ...rated(access, result), evidence);
}

/** A verdict holds for a rate: one that is only assumed is said, one that nobody knows proves nothing. */
function rated({ rate }: Access, { verdict, because }: AccessResult): readonly [Claim['verdict'], string] {
  if (rate.kind === 'declared' || verdict !== 'proven') return [verdict, because];
  return rate.kind === 'unknown'
    ? ['not-proven', `${because}, but how often it is called is unknown`]
    : ['proven', `${because}; the rate is only assumed`];
}

function sizeText(size: SizePoint): string {
  const how = size.loaded ? 'under the declared load' : 'one call after the other';
  const service = size.service ? `, median ${formatMs(size.service.value)} alone` : '';
  const handled =
    size.processed === undefined ? '' : `, ${formatCount(Math.round(size.processed))} rows handled`;
  const work = Number.isFinite(size.buffers)
    ? `; ${plural(size.buffers, 'page')} touched${handled} per call`
    : '';
  return `p95 ${formatMs(size.p95)} ${how} (${formatMs(size.low)} – ${formatMs(size.high)}, ${size.n} samples)${service}${work}, on ${formatCount(size.rows)} rows`;
}

function range({ low, high }: AccessResult): string {
  return low === undefined || high === undefined ? '' : ` (${formatMs(low)} – ${formatMs(high)})`;
}
