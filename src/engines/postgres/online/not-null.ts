import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { fitBytes } from '../../../base/text.ts';
import { quick, type Place } from './place.ts';

/** SET NOT NULL without a scan under its lock: a constraint that is checked while everybody goes on proves it first. */
export function notNull(
  { table, name, context }: Place,
  column: string,
  named?: string,
): readonly StepDraft[] {
  const quoted = quote.identifier(column);
  const probe = `SELECT * FROM ${name} WHERE ${quoted} IS NULL LIMIT 1`;
  const undo = `ALTER TABLE ${name} ALTER COLUMN ${quoted} DROP NOT NULL`;
  const phase = 'contract' as const;
  const validate = (constraint: string): StepDraft => ({
    sql: `ALTER TABLE ${name} VALIDATE CONSTRAINT ${constraint}`,
    phase,
    transaction: true,
    undo: '',
    probe,
    statementTimeoutMs: 0,
    reason: 'Checks the old rows while readers and writers go on: SHARE UPDATE EXCLUSIVE',
  });
  if (context.serverVersion >= 180_000) {
    const constraint = quote.identifier(
      named ?? fitBytes(`${table.name}_${column}_not_null`, quote.maxBytes),
    );
    return [
      quick(
        `ALTER TABLE ${name} ADD CONSTRAINT ${constraint} NOT NULL ${quoted} NOT VALID`,
        'New rows need a value from now on; old ones are not read yet: ACCESS EXCLUSIVE for a moment',
        undo,
        phase,
      ),
      validate(constraint),
    ];
  }
  const helper = quote.identifier(fitBytes(`${table.name}_${column}_filled`, quote.maxBytes));
  return [
    quick(
      `ALTER TABLE ${name} ADD CONSTRAINT ${helper} CHECK (${quoted} IS NOT NULL) NOT VALID`,
      'New rows need a value from now on; old ones are not read yet: ACCESS EXCLUSIVE for a moment',
      '',
      phase,
    ),
    validate(helper),
    quick(
      `ALTER TABLE ${name} ALTER COLUMN ${quoted} SET NOT NULL`,
      'The checked constraint proves it, so nothing is read: ACCESS EXCLUSIVE for a moment',
      undo,
      phase,
    ),
    quick(
      `ALTER TABLE ${name} DROP CONSTRAINT ${helper}`,
      'The proof is no longer needed: ACCESS EXCLUSIVE for a moment',
      '',
      phase,
    ),
  ];
}
