import type { Finding, Report, Severity } from '../report/model.ts';

const words: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** The findings as commands of GitHub's workflows, one a line. */
export function renderGithub(report: Report): string {
  return report.findings.map((finding) => `${commandOf(finding)}\n`).join('');
}

function commandOf({ rule, severity, message, instead, fix, span, place }: Finding): string {
  const where = span
    ? [
        `file=${property(span.file)}`,
        `line=${span.line}`,
        `endLine=${span.endLine}`,
        // A column means something within one line only.
        ...(span.line === span.endLine ? [`col=${span.column}`, `endColumn=${span.endColumn}`] : []),
      ]
    : [];
  const text = [span ? message : `${place}: ${message}`, instead, fix === undefined ? undefined : `\n${fix}`]
    .filter((part) => part !== undefined)
    .join(' ');
  return `::${words[severity]} ${[...where, `title=${property(rule)}`].join(',')}::${data(text)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
