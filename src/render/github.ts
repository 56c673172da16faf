import type { Finding, Report, Severity } from '../report/model.ts';
import { clean } from './clean.ts';
import { cut, issuesOf } from './issues.ts';

const words: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** Annotations of one severity that GitHub shows per step; what comes after them is dropped without a word. */
const most = 10;
/** Longest text of one annotation, characters. */
const longest = 4000;

/** The issues as commands of GitHub's workflows, one a line; of each severity the tenth says how many more there are, where there are more. */
export function renderGithub(report: Report): string {
  const all = issuesOf(report);
  return (['error', 'warning', 'info'] as const)
    .flatMap((severity) => {
      const issues = all.filter((issue) => issue.severity === severity);
      const { shown } = cut(issues, issues.length > most ? most - 1 : most);
      const more = issues.length - shown.length;
      return [
        ...shown.map(commandOf),
        ...(more > 0
          ? [
              `::${words[severity]} title=dbd::${data(`And ${more} more like these; the report has all of them.`)}`,
            ]
          : []),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
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
  return `::${words[severity]} ${[...where, `title=${property(rule)}`].join(',')}::${data(shortened(text))}`;
}

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)} …`;
}

function data(text: string): string {
  return clean(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
