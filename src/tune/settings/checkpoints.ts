/** Checkpoints and the write-ahead log. */
import { formatBytes, formatMs } from '../../base/units.ts';
import { fact } from '../../report/build.ts';
import { bytesOf, countedSeconds, msOf, settingOf, shownBytes } from './known.ts';
import type { Draft, Looked, SettingsOptions } from './model.ts';

const manual = 'PostgreSQL manual, WAL Configuration';
const gigabyte = 1024 ** 3;
/** A checkpoint begins when about half of max_wal_size is written since the last one began: the rest is of the one before. */
const cycles = 2;
/** More than the rate asks for, since writing comes in bursts. */
const reserve = 1.5;
const most = 64 * gigabyte;
const shortest = 300_000;
const advisedTimeout = '15min';

/** max_wal_size, checkpoint_timeout and its completion target. */
export function lookAtCheckpoints({ snapshot }: SettingsOptions): Looked {
  const drafts: Draft[] = [];
  const fine: Looked['fine'][number][] = [];
  const limits: string[] = [];
  const timeout = settingOf(snapshot, 'checkpoint_timeout');
  const timeoutMs = msOf(timeout?.value);
  if (timeout && timeoutMs !== undefined) {
    if (timeoutMs >= shortest)
      fine.push({ name: timeout.name, now: timeout.value, because: 'Five minutes and more are usual.' });
    else
      drafts.push({
        name: timeout.name,
        scope: { kind: 'server' },
        now: timeout.value,
        advised: advisedTimeout,
        because: `Every ${formatMs(timeoutMs)} the first change of each page writes the whole page again.`,
        figures: [fact('checkpoint_timeout', timeout.value, 'measured')],
        toMeasure:
          'Full-page images (pg_stat_wal.wal_fpi) per hour, and the time of a recovery that must still be short enough.',
        takesEffect: 'reload',
        source: manual,
      });
  }
  const target = settingOf(snapshot, 'checkpoint_completion_target');
  if (target) {
    if (Number(target.value) >= 0.7)
      fine.push({
        name: target.name,
        now: target.value,
        because: 'Writing is spread over most of the interval.',
      });
    else
      drafts.push({
        name: target.name,
        scope: { kind: 'server' },
        now: target.value,
        advised: '0.9',
        because: `A checkpoint writes all its pages in ${Math.round(Number(target.value) * 100)} % of the interval; the server's own value has been 0.9 since 14.`,
        figures: [fact('checkpoint_completion_target', target.value, 'measured')],
        toMeasure: 'The 99th percentile of writes while checkpoints run (log_checkpoints) before and after.',
        takesEffect: 'reload',
        source: manual,
      });
  }
  const size = settingOf(snapshot, 'max_wal_size');
  const now = bytesOf(size?.value);
  const rate = walRate(snapshot);
  if (size && now !== undefined && timeoutMs !== undefined) {
    const intervalMs = Math.max(timeoutMs, shortest);
    if (rate === undefined)
      limits.push('The workload does not tell how much WAL it writes: max_wal_size was not looked at.');
    else {
      const need = (rate * intervalMs * cycles * reserve) / 1000;
      if (now >= need / reserve)
        fine.push({
          name: size.name,
          now: size.value,
          because: `The statements write ${formatBytes((rate * intervalMs) / 1000)} of WAL between two checkpoints.`,
        });
      else
        drafts.push({
          name: size.name,
          scope: { kind: 'server' },
          now: size.value,
          advised: shownBytes(Math.min(most, Math.ceil(need / gigabyte) * gigabyte)),
          because: `The statements write ${formatBytes(rate)} of WAL a second, so that ${size.value} is full before ${formatMs(intervalMs)} are over and checkpoints come early.`,
          figures: [
            fact('WAL a second', formatBytes(rate), 'derived'),
            fact('WAL between two checkpoints', formatBytes((rate * intervalMs) / 1000), 'derived'),
          ],
          toMeasure:
            'Requested against timed checkpoints (pg_stat_checkpointer, pg_stat_bgwriter up to 16) in a busy hour; the disk needs that room.',
          takesEffect: 'reload',
          source: manual,
        });
    }
  }
  return { drafts, fine, limits };
}

/** Bytes of WAL a second that the counted statements wrote. */
export function walRate(snapshot: SettingsOptions['snapshot']): number | undefined {
  const seconds = countedSeconds(snapshot);
  const counted = snapshot.workload.statements.filter(({ walBytes }) => walBytes !== undefined);
  if (seconds === undefined || counted.length === 0) return undefined;
  return counted.reduce((sum, { walBytes = 0 }) => sum + walBytes, 0) / seconds;
}
