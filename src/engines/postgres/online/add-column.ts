import type { ColumnDef, Constraint, Node } from 'libpg-query';
import type { StepDraft } from '../../../engine/model.ts';
import { words } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { analyzed, updateInBatches } from './batches.ts';
import { addConstraint } from './constraint.ts';
import { constraintIn } from './text.ts';
import { notNull } from './not-null.ts';
import { quick, type Place } from './place.ts';
import { sliced, treeOfText } from './text.ts';
import { loudTriggers, quieted, quietBatch } from './carried.ts';
import { isVolatile } from './volatile.ts';
import { addOfDomain, checkedDomain } from './domain-column.ts';
import { addNumbered, widthOf } from './numbered-column.ts';

interface Part {
  readonly constraint: Constraint;
  readonly text: string;
}

/** Forms of ADD COLUMN: the column alone first, its values and promises afterwards. `command` is the text after the table. */
export function addColumn(place: Place, command: string): readonly StepDraft[] {
  const head = 'ALTER TABLE t ';
  const sql = `${head}${command}`;
  const tree = treeOfText(sql);
  const cmd = 'AlterTableStmt' in tree ? tree.AlterTableStmt.cmds?.[0] : undefined;
  const definition = cmd && 'AlterTableCmd' in cmd ? cmd.AlterTableCmd.def : undefined;
  const column = definition && 'ColumnDef' in definition ? definition.ColumnDef : ({} as ColumnDef);
  const name = column.colname ?? '';
  const quoted = quote.identifier(name);
  const nodes = (column.constraints ?? []).flatMap((node) => constraintIn(node) ?? []);
  const positions = nodes.map(({ location = 0 }) => location);
  const base = sliced(sql, [Buffer.byteLength(head)], positions[0])[0]!;
  const texts = sliced(sql, positions);
  const parts = nodes.map((constraint, index): Part => ({ constraint, text: texts[index]! }));
  const find = (type: Constraint['contype']): Part | undefined =>
    parts.find(({ constraint }) => constraint.contype === type);

  const undo = `ALTER TABLE ${place.name} DROP COLUMN ${quoted}`;
  const identity = find('CONSTR_IDENTITY');
  const typeWords = words(column.typeName?.names);
  const width = widthOf(typeWords.at(-1) ?? '');
  const written = (because: string): readonly StepDraft[] => [
    { ...quick(`ALTER TABLE ${place.name} ${command}`, because, undo), statementTimeoutMs: 0 },
  ];
  if (identity || width) {
    const type = width ?? base.slice(base.search(/\S+$/));
    const numbered = addNumbered(place, name, type, identity && bareText(identity.text));
    if (typeof numbered !== 'string') return [...numbered, ...promises(place, name, parts, true)];
    return written(
      `Numbers every row of ${place.table.name}: the table is written anew while everybody waits. Batches cannot do it, because ${numbered}`,
    );
  }
  const generated = find('CONSTR_GENERATED');
  if (generated && generated.constraint.generated_kind !== 'v')
    return written(
      `Computes every row of ${place.table.name}: the table is written anew while everybody waits${place.context.serverVersion >= 180_000 ? '; VIRTUAL instead of STORED would not' : '; a plain column with a trigger would not'}`,
    );
  const domain = checkedDomain(typeWords, place.context);
  if (domain) {
    const checked = find('CONSTR_DEFAULT') || find('CONSTR_NOTNULL');
    const steps = checked ? 'it comes with a default or NOT NULL' : addOfDomain(place, domain, command, name);
    if (typeof steps !== 'string' && parts.length === 0) return steps;
    return written(
      `The domain ${domain.name} has a check: the table is written anew while everybody waits${typeof steps === 'string' ? `. Its checks cannot be off for a moment, because ${steps}` : ''}`,
    );
  }

  const value = find('CONSTR_DEFAULT');
  const required = find('CONSTR_NOTNULL');
  const slow = value !== undefined && isVolatile(value.constraint.raw_expr);
  const steps: StepDraft[] = [];
  if (!slow) {
    const inline = [value?.text ?? generated?.text, value && required?.text].filter(Boolean).join(' ');
    steps.push(
      quick(
        `ALTER TABLE ${place.name} ${base}${inline && ` ${inline}`}`,
        value
          ? 'The default is one value for all old rows, kept in the catalog: no row is written'
          : 'An empty column: no row is written',
        undo,
      ),
    );
    if (required && !value) steps.push(...filledIn(place, name, required));
  } else {
    const quiet = quieted(place);
    const expression = value.text.replace(/^(?:CONSTRAINT\s+\S+\s+)?DEFAULT\s+/i, '');
    steps.push(
      quick(
        [
          `ALTER TABLE ${place.name} ${base}, ALTER COLUMN ${quoted} SET DEFAULT ${expression}`,
          ...quiet.before,
        ].join(';\n'),
        'Old rows stay empty at first, new ones get their value: a default that differs per row would write the whole table while everybody waits',
        [...quiet.after, undo].join(';\n'),
      ),
      fill(place, name, expression),
      { ...analyzed(place, [name]), concerns: [name] },
      ...(required ? filledIn(place, name, required) : []),
      ...(quiet.after.length > 0
        ? [quick(quiet.after.join(';\n'), 'Triggers of the table as they were', '', 'contract')]
        : []),
    );
  }
  return [...steps, ...promises(place, name, parts, slow)];
}

/** Nobody can ask the rows of today for the values of a column that is to come. */
function filledIn(place: Place, name: string, { constraint }: Part): readonly StepDraft[] {
  return notNull(place, name, constraint.conname).map(({ probe: _probe, ...step }) => ({
    ...step,
    undo: '',
  }));
}

/** CHECK, REFERENCES and UNIQUE behind a column, as constraints of their own. */
function promises(place: Place, name: string, parts: readonly Part[], filled: boolean): readonly StepDraft[] {
  const quoted = quote.identifier(name);
  const attributes = parts
    .filter(({ constraint }) => constraint.contype?.startsWith('CONSTR_ATTR'))
    .map(({ text }) => text);
  const drafts = parts.flatMap(({ constraint, text }) => {
    const bare = text.replace(/^CONSTRAINT\s+(?:"(?:[^"]|"")*"|\S+)\s+/i, '');
    const own = { String: { sval: name } } as Node;
    switch (constraint.contype) {
      case 'CONSTR_CHECK':
        return addConstraint(place, constraint, bare);
      case 'CONSTR_FOREIGN':
        return addConstraint(
          place,
          { ...constraint, fk_attrs: [own] },
          [`FOREIGN KEY (${quoted}) ${bare}`, ...attributes].join(' '),
        );
      case 'CONSTR_UNIQUE':
      case 'CONSTR_PRIMARY':
        return addConstraint(
          place,
          { ...constraint, keys: [own] },
          `${constraint.contype === 'CONSTR_UNIQUE' ? 'UNIQUE' : 'PRIMARY KEY'} (${quoted})`,
        );
      default:
        return [];
    }
  });
  // The column goes with all that hangs on it. What needs the values waits for them.
  return drafts.map(({ probe: _probe, undoOutside: _outside, ...draft }) => ({
    ...draft,
    undo: '',
    ...(filled && draft.phase === 'expand' ? { phase: 'contract' as const } : {}),
  }));
}

function fill(place: Place, name: string, expression: string): StepDraft {
  const quoted = quote.identifier(name);
  const concerns = [name];
  const loud = loudTriggers(place.table).length > 0;
  const loop = updateInBatches(
    place,
    `${quoted} = ${expression}`,
    `${quoted} IS NULL`,
    loud ? quietBatch : [],
  );
  if (loop)
    return {
      ...loop,
      phase: 'backfill',
      undo: '',
      concerns,
      statementTimeoutMs: 0,
      reason: 'Old rows get their value batch by batch; it can be stopped and run again',
    };
  return {
    sql: `UPDATE ${place.name} SET ${quoted} = ${expression} WHERE ${quoted} IS NULL`,
    phase: 'backfill',
    transaction: true,
    undo: '',
    concerns,
    statementTimeoutMs: 0,
    reason:
      'The table has no primary key to walk along: all rows in one transaction, writers of the same rows wait',
  };
}

/** A constraint's text without its name. */
function bareText(text: string): string {
  return text.replace(/^CONSTRAINT\s+(?:"(?:[^"]|"")*"|\S+)\s+/i, '');
}
