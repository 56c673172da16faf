/** Commands that agents are offered, in the order of the work, so that nothing else has to be loaded to list them; a test compares the list with the declarations. */
export const toolNames: readonly string[] = [
  'task',
  'schema',
  'plan',
  'rehearse',
  'tune',
  'explain',
  'health',
  'query',
  'migrate',
  'publish',
  'report',
  'doctor',
];
