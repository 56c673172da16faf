import { headerOf, inOnePiece, isPlain, pieceText } from '../writing/sql.ts';
import type { Piece, Script, Writer } from '../writing/model.ts';

/** Liquibase formatted SQL: a file per change, a changeset per transaction, and a changelog that names the files in order. */
export const liquibaseWriter: Writer = {
  name: 'liquibase',
  title: 'Liquibase formatted SQL',
  marks:
    /^\s*(?:--\s*(?:liquibase|changeset|rollback|comment|preconditions?|property|ignorelines|validchecksum)\b|\/\*\s*(?:liquibase\s+)?rollback\b)/im,
  down: true,
  carries: inOnePiece,
  write(scripts) {
    const changes = new Map<string, Script[]>();
    for (const script of scripts) {
      const known = changes.get(script.change);
      if (known) known.push(script);
      else changes.set(script.change, [script]);
    }
    const files = [...changes.values()].map((own) => ({
      path: `${own[0]!.version}_${own[0]!.slug.replace(/_\d+_[a-z]+$/, '')}.sql`,
      text: `--liquibase formatted sql\n\n${own.map(changeset).join('\n')}`,
    }));
    const log = files.map(
      ({ path }) => `  - include:\n      file: ${path}\n      relativeToChangelogFile: true\n`,
    );
    return {
      files: [...files, { path: 'db.changelog-root.yaml', text: `databaseChangeLog:\n${log.join('')}` }],
      refused: [],
      notes: [],
    };
  },
};

function changeset(script: Script): string {
  const outside = !isPlain(script.up) || !isPlain(script.down);
  const attributes = [
    ...(outside ? ['runInTransaction:false'] : []),
    'splitStatements:false',
    'stripComments:false',
    ...(script.down.length > 0 ? ['rollbackSplitStatements:false'] : []),
  ];
  return `--changeset dbd:${script.version}_${script.slug} ${attributes.join(' ')}\n${headerOf(script)}${script.up.map(pieceText).join('\n\n')}\n${rollback(script.down)}`;
}

function rollback(down: readonly Piece[]): string {
  if (down.length === 0) return '--rollback empty\n';
  const text = down.map(pieceText).join('\n\n');
  if (!text.includes('*/') && !text.includes('/*')) return `/* liquibase rollback\n${text}\n*/\n`;
  return text
    .split('\n')
    .map((line) => `--rollback ${line}\n`)
    .join('');
}
