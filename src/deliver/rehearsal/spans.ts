/** Where the statements of a rehearsal stand in files. */
import { placesIn } from '../../formats/text/lines.ts';
import type { StatementRun } from '../../rehearse/model.ts';
import type { Finding, Span } from '../../report/model.ts';
import type { SourceText } from './model.ts';

/** Finds the places of statements. */
export interface Spans {
  of(run: StatementRun): Span | undefined;
  /** Of a statement that is known by its text alone. */
  ofText(sql: string): Span | undefined;
}

/** Nothing is known of files. */
export const noSpans: Spans = { of: () => undefined, ofText: () => undefined };

/** Looks the statements up in the texts, in their order, so that equal ones are told apart. */
export function spansIn(sources: readonly SourceText[], statements: readonly StatementRun[]): Spans {
  const texts = sources.map(({ origin, file, text }) => {
    const bare = text.replaceAll('\r\n', '\n');
    return { origin, file, text: bare, places: placesIn(bare), next: 0 };
  });
  const found = new Map<StatementRun, Span>();
  const byText = new Map<string, Span>();
  for (const run of statements) {
    const sql = run.sql.replaceAll('\r\n', '\n').trim();
    if (sql === '') continue;
    const named = texts.filter(({ origin }) => origin !== undefined && origin === run.origin);
    for (const source of named.length > 0 ? named : texts) {
      const later = source.text.indexOf(sql, source.next);
      const at = later < 0 ? source.text.indexOf(sql) : later;
      if (at < 0) continue;
      if (later >= 0) source.next = at + sql.length;
      const [start, end] = [source.places(at), source.places(at + sql.length)];
      const span = {
        file: source.file,
        line: start.line,
        column: start.column,
        endLine: end.line,
        endColumn: end.column,
      };
      found.set(run, span);
      if (!byText.has(run.sql)) byText.set(run.sql, span);
      break;
    }
  }
  return { of: (run) => found.get(run), ofText: (sql) => byText.get(sql) };
}

/** A finding with its place, where one is known. */
export function withSpan(finding: Finding, span: Span | undefined): Finding {
  return span === undefined ? finding : { ...finding, span };
}
