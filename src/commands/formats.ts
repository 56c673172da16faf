/** Values of `--format` of a command whose findings stand in files: for people, for programs, and for code hosts. */
export const reportFormats = [
  'terminal',
  'md',
  'html',
  'json',
  'summary',
  'sarif',
  'github',
  'gitlab',
] as const;
