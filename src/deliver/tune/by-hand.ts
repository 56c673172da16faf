/** Advice that no migration carries out: settings of a server, texts of an application. */
import type { ProvenRewrite } from '../../tune/rewrite/model.ts';
import type { SettingsAdvice } from '../../tune/settings/model.ts';
import type { OutputFile } from '../files.ts';

/** `settings.sql`, its way back, and a file per rewritten statement. */
export function byHand(
  { advised }: SettingsAdvice,
  rewrites: readonly ProvenRewrite[],
): readonly OutputFile[] {
  const told = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');
  const there = advised.map(
    ({ sql, because, basis, toMeasure }) =>
      `-- ${told(because)}\n-- ${basis === 'tried' ? 'Tried on a filled twin.' : `Derived. ${told(toMeasure ?? '')}`}\n${sql}\n`,
  );
  const back = advised.toReversed().map(({ undo }) => `${undo}\n`);
  const offered = rewrites.filter(({ verdict }) => verdict === 'offered');
  return [
    ...(advised.length === 0
      ? []
      : [
          { path: 'settings.sql', text: there.join('\n') },
          { path: 'settings-back.sql', text: back.join('\n') },
        ]),
    ...offered.map(({ query, rewrite, sql }) => ({
      path: `rewrites/${query.replaceAll(/[^\w.-]+/g, '_')}-${rewrite.rule}.sql`,
      text: `${sql.trimEnd()}\n`,
    })),
  ];
}
