/** Results kept in Redis: which, how they go, and what a real one beside a real database showed. */
import { formatMs } from '../../base/units.ts';
import { fact } from '../../report/build.ts';
import { cacheCandidates, keyText } from './cache/candidates.ts';
import { measureCache } from './cache/measure.ts';
import type { CacheCandidate, CacheMeasured } from './cache/model.ts';
import type { Beyond, BeyondOptions } from './model.ts';
import { percent } from './replicas.ts';

/** Queries that are measured; the others are only told. */
const most = 2;
/** A cache that was tried is advised where it finds at least this share, and where at most this share of the time remains. */
const worth = { hits: 0.4, time: 0.8 } as const;

/** Advice on results worth keeping; needs the engine's grammar to be ready. */
export async function cacheAdvice(options: BeyondOptions): Promise<readonly Beyond[]> {
  const { filled, engine, snapshot, seed, signal } = options;
  const found: Beyond[] = [];
  for (const candidate of cacheCandidates(options).slice(0, most)) {
    signal.throwIfAborted();
    const measured = filled
      ? await measureCache({ engine, ...filled, catalog: snapshot.catalog, candidate, seed, signal })
      : { why: 'no filled twin was made' };
    found.push(advised(candidate, measured));
  }
  return found;
}

function advised(candidate: CacheCandidate, measured: CacheMeasured | { readonly why: string }): Beyond {
  const { query, ttlSeconds, hits, savedMsPerDay, writes, told } = candidate;
  const done = !('why' in measured);
  const against = done ? spokeAgainst(measured) : undefined;
  return {
    kind: 'cache',
    advised: against === undefined,
    subject: query.name,
    says:
      against === undefined
        ? `Keep answers of ${query.name} in Redis: ${percent(done ? measured.hits : hits)} of the calls would find one.`
        : `No cache for ${query.name}: ${against}.`,
    figures: [
      fact('key', keyText(candidate), 'derived'),
      fact('time to live', formatMs(ttlSeconds * 1000), 'derived'),
      fact('calls that find an answer', percent(hits), 'derived'),
      fact('time of the database saved per day', formatMs(savedMsPerDay), 'derived'),
      ...(done ? figuresOf(measured) : []),
    ],
    mind: [
      ...writes.map(
        ({ query: write, whole }) =>
          `After its commit ${write.name} ${whole ? "moves the whole table's counter" : 'moves the counter of its value'}.`,
      ),
      'Between a commit and its counter an answer may still be the old one; a writer that dies there leaves it until its time is over.',
      ...told,
    ],
    tried: done
      ? {
          done,
          says: `${measured.server} beside the filled twin: ${measured.requests} requests of 4 clients, ${measured.writes} writes between them; ${measured.wrongAtEnd} kept answers were wrong at the end (${measured.wrongWithoutInvalidation} when nothing was made void, as the control).`,
        }
      : { done, says: `Not tried: ${measured.why}.` },
  };
}

/** Why it is not advised after all. */
function spokeAgainst({ hits, p95, wrongAtEnd }: CacheMeasured): string | undefined {
  if (wrongAtEnd > 0) return `${wrongAtEnd} kept answers were wrong when all was quiet`;
  if (hits < worth.hits) return `only ${percent(hits)} of the calls found an answer when it was tried`;
  return p95.cached > worth.time * p95.database
    ? `95 % of the calls took ${formatMs(p95.cached)} with it and ${formatMs(p95.database)} without`
    : undefined;
}

function figuresOf({ hits, requests, checked, stale, p95 }: CacheMeasured): Beyond['figures'] {
  return [
    fact('found, an empty cache at the start', `${percent(hits)} of ${requests}`, 'measured'),
    fact(
      'older than a commit',
      `${stale} of ${checked} that were compared`,
      'measured',
      stale === 0 ? 'good' : 'bad',
    ),
    fact('95 % of the calls within', `${formatMs(p95.database)} → ${formatMs(p95.cached)}`, 'measured'),
  ];
}
