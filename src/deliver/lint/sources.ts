/** Where the statements of a migration stand in its files. */
import type { Engine, Statement } from '../../engine/model.ts';
import { inFile, placesIn, type Places } from '../../formats/text/lines.ts';
import type { Migration, Part, Read } from '../../formats/model.ts';
import type { Finding, Span } from '../../report/model.ts';
import { startOf } from '../../rules/lint/comments.ts';
import { statementsOf } from './statements.ts';

/** A statement with its place. */
export interface Placed {
  readonly statement: Statement;
  /** From its first token to its end. */
  readonly span: Span;
  readonly part: Part;
}

export interface Sources {
  readonly statements: readonly Placed[];
  /** What could not be read. */
  readonly findings: readonly Finding[];
  readonly commands: number;
  /** The place of an offset in a part. */
  spanIn(part: Part, from: number, to: number): Span;
}

/** Splits all parts of a migration's way there. */
export function sourcesOf(engine: Engine, migration: Migration, read: Read): Sources {
  const cache = new Map<string, Places>();
  const spanOf = (file: string, from: number, to: number): Span => {
    let places = cache.get(file);
    if (!places) cache.set(file, (places = placesIn(read.files.get(file)?.text ?? '')));
    const start = places(from);
    const end = places(to);
    return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  };
  const spanIn = (part: Part, from: number, to: number): Span =>
    spanOf(part.file ?? migration.file, inFile(part, from), inFile(part, to));
  const statements: Placed[] = [];
  const findings: Finding[] = [];
  let commands = 0;
  for (const part of migration.up) {
    const found = statementsOf(engine.grammar, part.sql);
    commands += found.commands;
    for (const statement of found.statements) {
      const from = statement.offset + startOf(engine.grammar, statement.sql);
      statements.push({
        statement,
        part,
        span: spanIn(part, from, statement.offset + statement.sql.length),
      });
    }
    for (const { at, says } of found.wrong) {
      const span = spanIn(part, at, Math.min(at + 1, part.sql.length));
      findings.push({
        rule: 'unreadable-sql',
        severity: 'error',
        place: `${span.file}:${span.line}:${span.column}`,
        message: says,
        why: 'The migration fails here.',
        span,
      });
    }
  }
  for (const { at, what } of migration.unread) {
    const span = spanOf(migration.file, at, at + 1);
    findings.push({
      rule: 'unread-code',
      severity: 'info',
      place: `${span.file}:${span.line}:${span.column}`,
      message: `No SQL can be read here: ${what}.`,
      why: 'It is put together when the migration runs, and no rule saw it.',
      instead: 'Rehearse the migration: dbd rehearse -- with its own command.',
      span,
    });
  }
  return { statements, findings, commands, spanIn };
}
