import { headerOf, pieceText } from '../writing/sql.ts';
import type { Piece, Script, Writer } from '../writing/model.ts';

/** Flyway: `V…` and `U…` scripts, with a script configuration where one runs outside transactions. */
export const flywayWriter: Writer = {
  name: 'flyway',
  title: 'Flyway',
  down: true,
  // It takes scripts apart itself.
  carries: (side) => side.length <= 1,
  write(scripts) {
    const files = scripts.flatMap((script) => [
      ...scriptFiles('V', script, script.up),
      ...(script.down.length > 0 ? scriptFiles('U', script, script.down) : []),
    ]);
    return {
      files,
      refused: [],
      notes: files.some(({ path }) => path.startsWith('U'))
        ? ['Undo scripts (U…) run in the paid editions of Flyway only; the free one leaves them alone.']
        : [],
    };
  },
};

function scriptFiles(
  kind: 'V' | 'U',
  script: Script,
  side: readonly Piece[],
): readonly { readonly path: string; readonly text: string }[] {
  const path = `${kind}${script.version}__${script.slug}.sql`;
  const text = `${headerOf(script)}\n${side.map(pieceText).join('\n\n')}\n`;
  const settings = [
    ...(side.some(({ atomic }) => !atomic) ? ['executeInTransaction=false'] : []),
    // What looks like a placeholder is the change's own.
    ...(text.includes('${') ? ['placeholderReplacement=false'] : []),
  ];
  return [
    { path, text },
    ...(settings.length > 0 ? [{ path: `${path}.conf`, text: `${settings.join('\n')}\n` }] : []),
  ];
}
