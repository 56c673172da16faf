import type { HealthRule } from './model.ts';

/** Settings that wait for a restart. */
export const pendingRestart: HealthRule = {
  id: 'pending-restart',
  group: 'server',
  severity: 'info',
  finds: 'A setting that was changed and waits for the server’s next start',
  because: 'the next restart, planned or not, brings a change that nobody remembers',
  instead: 'Plan the restart, or take the change back.',
  threshold: 'Any such setting.',
  needs: ['settings'],
  find: ({ server }) =>
    server!.settings
      .filter(({ waiting }) => waiting)
      .map(({ name }) => ({
        object: `setting ${name}`,
        message: `${name} was changed and waits for a restart.`,
      })),
};
