/** Words for `--without`, in the order in which deliverables are made; a test compares them with the list. */
export const deliverableNames: readonly string[] = [
  'normal-forms',
  'contention',
  'security',
  'tenancy',
  'standards',
  'seeds',
  'alternatives',
  'backup',
  'models',
  'documents',
];

/** Everything that `--without` can leave out: deliverables, and the indexes that are chosen by measuring. */
export const leftOutNames: readonly string[] = ['indexes', ...deliverableNames];
