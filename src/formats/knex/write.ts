import { commentOf, templateOf } from '../javascript/literal.ts';
import { isPlain, nameOf, pieceText, sentenceText } from '../writing/sql.ts';
import type { Piece, Writer } from '../writing/model.ts';

/** Knex: a CommonJS file per transaction; in a file without one, a side that needs one is sent in one piece. */
export const knexWriter: Writer = {
  name: 'knex',
  title: 'Knex',
  down: true,
  carries: () => true,
  write: (scripts) => ({
    files: scripts.map((script) => {
      const outside = !isPlain(script.up) || !isPlain(script.down);
      return {
        path: `${nameOf(script)}.cjs`,
        text: [
          commentOf(script.header),
          outside ? 'exports.config = { transaction: false };\n' : '',
          way('up', script.up, outside),
          way('down', script.down, outside),
        ]
          .filter((each) => each !== '')
          .join('\n'),
      };
    }),
    refused: scripts.flatMap(({ shown, up, down }) =>
      [...up, ...down].some(({ sentences }) => sentences.some(({ sql }) => /\\\?/.test(sql)))
        ? [`${shown}: knex.raw takes a backslash before a question mark for its own.`]
        : [],
    ),
    notes: [],
  }),
};

function way(name: 'up' | 'down', side: readonly Piece[], outside: boolean): string {
  const texts = side.flatMap((piece) =>
    piece.atomic && outside ? [pieceText(piece)] : piece.sentences.map(sentenceText),
  );
  const calls = texts.map((sql) => `  await knex.raw(${templateOf(sql.replaceAll('?', String.raw`\?`))});\n`);
  return `exports.${name} = async function (${calls.length > 0 ? 'knex' : ''}) {\n${calls.join('')}};\n`;
}
