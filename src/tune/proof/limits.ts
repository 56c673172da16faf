import { plural } from '../../base/text.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { ProvenQuery } from './model.ts';
import type { ProveOptions } from './options.ts';
import type { Trial } from './trial.ts';

/** What the figures of a proof do not show. */
export function limitsOf(
  { fidelity, volumes, batchRows, sandbox }: ProveOptions,
  queries: readonly ProvenQuery[],
  trial: Trial,
): readonly string[] {
  const scaled = volumes.filter(({ rows, now }) => rows > 0 && now > rows * 1.01);
  const unproven = queries.filter(({ verdict }) => verdict === 'not-proven').length;
  const notWritten = batchRows === 0 ? ['The cost of writing was not measured.'] : [];
  return [
    `Times are those of this machine with warm caches, ${sandbox.server}; ratios and pages carry over better than milliseconds.`,
    ...(fidelity
      ? []
      : ['The twin was not compared with a production: its rows are as declared or assumed.']),
    ...(scaled.length === 0
      ? []
      : [
          `The twin holds fewer rows than production (${keyOf(scaled[0]!.table)}: ${scaled[0]!.rows} of ${scaled[0]!.now}): sizes and build times there are carried by rows.`,
        ]),
    ...(unproven === 0
      ? []
      : [`${plural(unproven, 'query', 'queries')} of ${queries.length} prove nothing.`]),
    ...(trial.unexplained.size === 0
      ? []
      : [`No piece of the set explains why ${[...trial.unexplained].join(', ')} became slower.`]),
    ...notWritten,
    'Triggers and foreign keys rest while batches are written, so that ratios of writes are rather too high than too low.',
  ];
}
