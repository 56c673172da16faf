import type { HealthRule } from './model.ts';

/** A slot whose log is gone. */
export const lostSlot: HealthRule = {
  id: 'lost-slot',
  group: 'replication',
  severity: 'error',
  finds: 'A replication slot whose log is gone, or goes next',
  because: 'its reader can never go on: it must be built anew',
  instead: 'Build the reader anew, and drop the slot.',
  threshold: 'Where the server says `lost`; a warning where it says `unreserved`.',
  needs: ['slots'],
  find: ({ server, sql }) =>
    server!.slots
      .filter(({ walStatus }) => walStatus === 'lost' || walStatus === 'unreserved')
      .map(({ name, walStatus, active }) => ({
        object: `slot ${name}`,
        severity: walStatus === 'lost' ? ('error' as const) : ('warning' as const),
        message:
          walStatus === 'lost'
            ? `The log that ${name} needs is gone.`
            : `The log that ${name} needs goes at the next checkpoint.`,
        ...(active ? {} : { fix: sql.dropSlot(name) }),
      })),
};
