import { commentOf, templateOf } from '../javascript/literal.ts';
import { isPlain, nameOf, pieceText, sentenceText } from '../writing/sql.ts';
import type { Piece, Writer } from '../writing/model.ts';

/** node-pg-migrate: a CommonJS file per transaction, with `pgm.noTransaction()` where a side runs outside of any. */
export const nodePgMigrateWriter: Writer = {
  name: 'node-pg-migrate',
  title: 'node-pg-migrate',
  down: true,
  carries: () => true,
  write: (scripts) => ({
    files: scripts.map((script) => {
      const outside = !isPlain(script.up) || !isPlain(script.down);
      return {
        path: `${nameOf(script)}.cjs`,
        text: [
          commentOf(script.header),
          way('up', script.up, outside),
          way('down', script.down, outside),
        ].join('\n'),
      };
    }),
    refused: [],
    notes:
      scripts.length > 1
        ? [
            'node-pg-migrate runs all open migrations in one transaction unless it is told `--no-single-transaction`: give it, or their locks are held together.',
          ]
        : [],
  }),
};

function way(name: 'up' | 'down', side: readonly Piece[], outside: boolean): string {
  const texts = side.flatMap((piece) =>
    piece.atomic && outside ? [pieceText(piece)] : piece.sentences.map(sentenceText),
  );
  const calls = [
    ...(outside ? ['  pgm.noTransaction();\n'] : []),
    ...texts.map((sql) => `  pgm.sql(${templateOf(sql)});\n`),
  ];
  return `exports.${name} = (${calls.length > 0 ? 'pgm' : ''}) => {\n${calls.join('')}};\n`;
}
