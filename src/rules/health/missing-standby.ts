import { plural } from '../../base/text.ts';
import type { HealthRule } from './model.ts';

/** Standbys that commits wait for and that are not there. */
export const missingStandby: HealthRule = {
  id: 'missing-standby',
  group: 'replication',
  severity: 'error',
  finds: 'Commits that wait for a standby that is not there',
  because: 'every commit waits until it comes back',
  instead: 'Start the standby, or take it out of synchronous_standby_names.',
  threshold: 'Fewer connected standbys than synchronous_standby_names waits for.',
  needs: ['replication', 'settings'],
  find: ({ server, sql }) => {
    const { missingStandbys: missing, settings } = server!;
    return missing === 0
      ? []
      : [
          {
            object: 'setting synchronous_standby_names',
            message: `${plural(missing, 'standby', 'standbys')} of \`${settings.find(({ name }) => name === 'synchronous_standby_names')?.value ?? ''}\` ${missing === 1 ? 'is' : 'are'} not connected.`,
            fix: sql.setting('synchronous_standby_names'),
          },
        ];
  },
};
