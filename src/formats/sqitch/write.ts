import { headerOf, nameOf, pieceText } from '../writing/sql.ts';
import type { Piece, Script, Writer } from '../writing/model.ts';

/** Sqitch: deploy and revert scripts that open their own transactions, and the plan that puts them in order. */
export const sqitchWriter: Writer = {
  name: 'sqitch',
  title: 'Sqitch',
  down: true,
  carries: () => true,
  write(scripts) {
    const files = scripts.flatMap((script) => [
      { path: `deploy/${nameOf(script)}.sql`, text: psql(script, script.up) },
      { path: `revert/${nameOf(script)}.sql`, text: psql(script, script.down) },
    ]);
    const plan = scripts.map(
      (script) =>
        `${nameOf(script)} ${new Date(script.time).toISOString().slice(0, 19)}Z dbd <dbd@localhost> # ${noteOf(script)}\n`,
    );
    return {
      files: [
        { path: 'sqitch.plan', text: `%syntax-version=1.0.0\n%project=changes\n\n${plan.join('')}` },
        { path: 'sqitch.conf', text: '[core]\n\tengine = pg\n' },
        ...files,
      ],
      refused: [],
      notes: [
        'No verify scripts are written: what a change makes is compared as a whole, by `dbd verify` and `dbd drift`.',
      ],
    };
  },
};

function noteOf({ shown }: Script): string {
  return shown.replaceAll(/\s+/g, ' ').replaceAll('\\', '/');
}

function psql(script: Script, side: readonly Piece[]): string {
  const body = side.map((piece) =>
    piece.atomic ? `BEGIN;\n\n${pieceText(piece)}\n\nCOMMIT;\n` : `${pieceText(piece)}\n`,
  );
  return `${headerOf(script)}\n${body.join('\n')}`;
}
