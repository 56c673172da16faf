import { hash } from '../base/hash.ts';
import type { Finding, Report, Severity } from '../report/model.ts';
import { issuesOf } from './issues.ts';

const words: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', info: 'info' };

/** The issues as GitLab's report of code quality; a finding keeps its fingerprint when lines before it come or go. */
export function renderGitlab(report: Report): string {
  const seen = new Map<string, number>();
  const entries = issuesOf(report).map((finding) => {
    const { rule, severity, message, instead, span, place } = finding;
    const base = `${rule}\n${span?.file ?? place}\n${message}`;
    const times = seen.get(base) ?? 0;
    seen.set(base, times + 1);
    return {
      description: [message, instead].filter((part) => part !== undefined).join(' '),
      check_name: rule,
      fingerprint: hash(`${base}\n${times}`),
      severity: words[severity],
      location: locationOf(finding),
    };
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
}

function locationOf({ span, place }: Finding) {
  return span
    ? { path: span.file, lines: { begin: span.line, end: span.endLine } }
    : { path: place, lines: { begin: 1 } };
}
