/** Settings worth changing, and those that a trial spoke against. */
import { column } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import { subjectOf } from '../../tune/settings/settings.ts';
import type { Tuned } from './model.ts';

/** A table of what is advised, its SQL, and what is not. */
export function settingBlocks({ settings: { advised, withheld } }: Tuned): readonly Block[] {
  return [
    ...(advised.length === 0
      ? []
      : [
          {
            id: 'settings',
            title: 'Settings',
            kind: 'table' as const,
            columns: [
              column('setting', 'code'),
              column('of'),
              column('now', 'right'),
              column('advised', 'right'),
              column('basis'),
              column('why'),
            ],
            rows: advised.map(
              ({ name, scope, now, advised: value, basis, because, trial, toMeasure }): readonly Cell[] => [
                name,
                subjectOf(scope),
                now,
                value,
                {
                  text: basis === 'tried' ? 'tried here' : 'derived',
                  tone: basis === 'tried' ? 'good' : 'plain',
                },
                [
                  because,
                  trial?.says ?? (toMeasure === undefined ? '' : `To measure in production: ${toMeasure}`),
                ]
                  .filter((text) => text !== '')
                  .join(' '),
              ],
            ),
          },
        ]),
    ...(withheld.length === 0
      ? []
      : [
          {
            id: 'settings-withheld',
            title: 'Settings that are not advised after all',
            kind: 'table' as const,
            columns: [column('setting', 'code'), column('of'), column('would be', 'right'), column('why')],
            rows: withheld.map(({ name, subject, advised: value, because }): readonly Cell[] => [
              name,
              subject,
              value,
              because,
            ]),
          },
        ]),
  ];
}
