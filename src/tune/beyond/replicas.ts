/** Readers elsewhere: when one server has no room for more, and most of what it does is reading. */
import { fact } from '../../report/build.ts';
import { busyOf } from './load.ts';
import type { Beyond, BeyondOptions } from './model.ts';

/** Share of the processors that may be busy on average: queues grow without bound towards 1, and doubled waiting begins at a half (M/M/1). */
const busyShare = 0.5;
/** Busy sessions from which it is said where nobody told how many processors there are. */
const busyUntold = 4;
/** Share of reading below which replicas, which carry out every write themselves, take too little away. */
const readShare = 0.7;

/** Advice to read from replicas, or none. */
export function replicaAdvice(options: BeyondOptions): readonly Beyond[] {
  const { machine, work } = options;
  const busy = busyOf(options);
  const most = machine?.cpus === undefined ? busyUntold : machine.cpus * busyShare;
  if (!busy.known || busy.sessions < most || busy.reads < readShare) return [];
  const heaviest = work.queries
    .filter(({ kind }) => kind === 'read')
    .slice(0, 5)
    .map(({ name }) => name);
  return [
    {
      kind: 'replica',
      advised: true,
      subject: 'the server',
      says: `Read from one or more replicas: ${percent(busy.reads)} of the time is spent on reading.`,
      figures: [
        fact('sessions at work on average', busy.sessions.toFixed(1), 'derived'),
        fact(
          'processors',
          machine?.cpus === undefined ? 'not told: --cpus' : String(machine.cpus),
          machine?.cpus === undefined ? 'assumed' : 'measured',
        ),
        fact('reading', percent(busy.reads), 'derived'),
        fact('heaviest readers', heaviest.join(', '), 'measured'),
      ],
      mind: [
        'A replica answers with what it has replayed: whoever must see its own write asks the primary, or waits for its position in the log.',
        'Long queries on a replica are cancelled by replay, or hold back the primary’s clean-up (hot_standby_feedback).',
        'Every write is carried out on every replica, so replicas do not make writing cheaper.',
      ],
      tried: { done: false, says: 'Not tried: a sandbox does not carry production’s load.' },
    },
  ];
}

/** `83 %`. */
export function percent(share: number): string {
  return `${share > 0 && share < 0.01 ? '< 1' : Math.round(share * 100)} %`;
}
