import { formatCount } from '../../base/units.ts';
import { gravity } from './limits.ts';
import type { HealthOffence, HealthRule } from './model.ts';

/** Somebody for whom dead rows must stay. */
export const oldSnapshot: HealthRule = {
  id: 'old-snapshot',
  group: 'cleaning',
  severity: 'warning',
  finds: 'A session, slot, prepared transaction or standby for whose sake dead rows must stay',
  because: 'no vacuum of the whole server removes a row that it could still see',
  instead: 'End it, or let its reader catch up.',
  threshold: 'From 10 million transactions on (error from 100 million): some hours of a busy server.',
  needs: ['holders'],
  find: ({ server, limits, sql }) =>
    server!.holders.flatMap((holder): HealthOffence[] => {
      const severity = gravity(holder.age, limits.snapshotAge);
      if (severity === undefined) return [];
      const pid = /^session (\d+)/.exec(holder.name)?.[1];
      const fix =
        holder.kind === 'session' && pid !== undefined
          ? sql.endSession(Number(pid))
          : holder.kind === 'slot'
            ? sql.dropSlot(holder.name.slice('slot '.length))
            : holder.kind === 'prepared transaction'
              ? sql.rollbackPrepared(holder.name.slice('prepared transaction '.length))
              : undefined;
      return [
        {
          object: pid === undefined ? holder.name : `session ${pid}`,
          severity,
          message: `${holder.name} holds ${formatCount(holder.age)} transactions back.`,
          ...(fix === undefined ? {} : { fix }),
        },
      ];
    }),
};
