/** Words for `--without`, in the order in which deliverables are made; a test compares them with the list. */
export const deliverableNames: readonly string[] = [
  'normal-forms',
  'security',
  'standards', 'seeds',
  'alternatives',
  'backup',
  'models',
  'documents',
];
