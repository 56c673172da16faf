/** The SQL that mends what was found, to read, trim and run. */
import type { Finding } from '../../report/model.ts';

/** One script; statements that build or drop indexes beside the application stand outside of transactions. */
export function fixScript(findings: readonly Finding[], about: string): string {
  const fixes = findings.filter((one) => one.fix !== undefined);
  if (fixes.length === 0) return `-- ${line(about)}: nothing that SQL mends.\n`;
  const parts = fixes.map(
    ({ rule, place, message, fix }) =>
      `-- ${line(`${rule} · ${place}`)}\n-- ${line(message)}\n${rewrites(fix!) ? `-- It writes the table anew and closes it meanwhile; \`dbd lint\` makes steps of it that hold nobody up.\n${commented(fix!)}` : fix!}\n`,
  );
  const left = findings.length - fixes.length;
  return [
    `-- ${line(about)}: ${fixes.length} of ${findings.length} findings.`,
    '-- Read each statement, run it on its own and outside of a transaction: some cannot run inside of one.',
    ...(left > 0 ? [`-- ${left} of them need more than a statement.`] : []),
    "SET lock_timeout = '2s';",
    '',
    parts.join('\n'),
  ].join('\n');
}

/** A column of another type, which most of the time is a table written anew under a lock. */
function rewrites(sql: string): boolean {
  return /\bALTER COLUMN\b[\s\S]*\bTYPE\b/.test(sql);
}

function commented(sql: string): string {
  return sql
    .split(/[\r\n\u0085\u2028\u2029]+/)
    .map((one) => `-- ${one}`)
    .join('\n');
}

/** A name may hold a line break, and a comment ends at one. */
function line(text: string): string {
  return text.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, ' ');
}
