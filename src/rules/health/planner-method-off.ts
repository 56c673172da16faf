import type { HealthRule } from './model.ts';

/** Methods that are off unless somebody wants them. */
const usuallyOff = new Set(['enable_partitionwise_join', 'enable_partitionwise_aggregate']);

/** A way of planning that is switched off for everybody. */
export const plannerMethodOff: HealthRule = {
  id: 'planner-method-off',
  group: 'server',
  severity: 'warning',
  finds: 'A way of planning that is switched off for everybody',
  because: 'it cured one query once, and all others pay for it',
  instead: 'Switch it on, and mend the estimate of that one query.',
  threshold: 'Any of the enable_ settings that is off in the configuration or for the database.',
  needs: ['settings'],
  find: ({ server, sql }) =>
    server!.settings
      .filter(
        ({ name, value, from }) =>
          name.startsWith('enable_') &&
          value === 'off' &&
          !usuallyOff.has(name) &&
          from !== 'default' &&
          from !== 'session',
      )
      .map(({ name, from }) => ({
        object: `setting ${name}`,
        message: `${name} is off, by the ${from}.`,
        ...(from === 'configuration file' ? { fix: sql.setting(name) } : {}),
      })),
};
