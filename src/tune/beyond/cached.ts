/** Results kept in Redis: which, how they go, and what a real one beside a real database showed. */
import { formatMs } from '../../base/units.ts';
import { fact } from '../../report/build.ts';
import { cacheCandidates, keyText } from './cache/candidates.ts';
import { measureCache } from './cache/measure.ts';
import type { CacheCandidate, CacheMeasured } from './cache/model.ts';
import type { Beyond, BeyondOptions } from './model.ts';
import { percent } from './replicas.ts';

/** Queries that are measured; the others are only told. */
const most = 3;

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
  return {
    kind: 'cache',
    subject: query.name,
    says: `Keep answers of ${query.name} in Redis: ${percent(done ? measured.hits : hits)} of the calls would find one.`,
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
