import type { HealthRule } from './model.ts';

/** Pages without checksums. */
export const uncheckedPages: HealthRule = {
  id: 'unchecked-pages',
  group: 'server',
  severity: 'info',
  finds: 'A server without checksums of its pages',
  because: 'a page that the disk damaged is read, copied and backed up as if it were right',
  instead: 'Switch them on with pg_checksums while the server is down, or by way of a standby.',
  threshold: 'The setting alone decides.',
  needs: ['settings'],
  find: ({ server }) =>
    server!.settings.some(({ name, value }) => name === 'data_checksums' && value === 'off')
      ? [{ object: 'server', message: 'data_checksums is off.' }]
      : [],
};
