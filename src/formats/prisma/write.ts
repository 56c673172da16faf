import { inOnePiece, headerOf, nameOf, pieceText } from '../writing/sql.ts';
import type { Writer } from '../writing/model.ts';

/** Prisma Migrate: a folder per transaction; it knows no way back. */
export const prismaWriter: Writer = {
  name: 'prisma',
  title: 'Prisma Migrate',
  down: false,
  carries: inOnePiece,
  write: (scripts) => ({
    files: [
      { path: 'migration_lock.toml', text: 'provider = "postgresql"\n' },
      ...scripts.map((script) => ({
        path: `${nameOf(script)}/migration.sql`,
        text: `${headerOf(script)}\n${script.up.map(pieceText).join('\n\n')}\n`,
      })),
    ],
    refused: [],
    notes: [
      'Prisma Migrate opens no transaction of its own: it sends a file in one piece, and several statements in one piece are one transaction.',
      'Prisma Migrate knows no way back; it stays with `dbd rollback`.',
    ],
  }),
};
