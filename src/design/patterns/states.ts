import { fail } from '../../base/error.ts';
import type { StateMachine } from '../../task/model.ts';
import { columnsOf, type Draft, type TableDraft } from '../draft.ts';
import { cased } from '../naming.ts';
import type { Pattern } from './pattern.ts';
import { indented } from './summary.ts';
import { addFunction, addTrigger, raise } from './trigger.ts';

/** Status machines: rows begin in one state and move along declared ways only, whoever writes. */
export const states: Pattern = {
  name: 'states',
  apply(draft) {
    for (const table of draft.tables) if (table.entity?.states) guard(draft, table, table.entity.states);
  },
};

function guard(draft: Draft, table: TableDraft, machine: StateMachine): void {
  const { quote } = draft.engine;
  const entity = table.entity!;
  const claims = [entity.id];
  const column = columnsOf(table, machine.field)[0]!;
  const field = entity.fields.find(({ name }) => name === machine.field);
  const all = [
    ...new Set([machine.start, ...Object.keys(machine.moves), ...Object.values(machine.moves).flat()]),
  ];
  if (field?.type.kind === 'enum') {
    const { values } = field.type;
    const unknown = all.find((state) => !values.includes(state));
    if (unknown !== undefined)
      fail(
        'task.wrong-value',
        `The states of ${entity.id} name ${unknown}, which the values of ${machine.field} do not list.`,
      );
  }
  if (field?.default !== undefined && field.default !== machine.start)
    fail(
      'task.wrong-value',
      `New rows of ${entity.id} begin as ${machine.start}, but ${machine.field} defaults to ${JSON.stringify(field.default)}.`,
    );
  settle(draft, table, column, machine.start);
  const own = (suffix: string): string =>
    draft.take({
      schema: table.name.schema,
      name: cased(`${table.name.name}_${column}_${suffix}`, draft.habits),
    });
  if (field?.type.kind !== 'enum')
    table.constraints.push({
      name: own('check'),
      kind: 'check',
      columns: [column],
      definition: `CHECK (${quote.identifier(column)} IN (${all.map((state) => quote.literal(state)).join(', ')}))`,
      claims,
    });
  const [startRule, moveRule] = [own('start'), own('moves')];
  const quoted = quote.identifier(column);
  const start = quote.literal(machine.start);
  const pairs = Object.entries(machine.moves).flatMap(([from, next]) =>
    next.map((to) => `(${quote.literal(from)}, ${quote.literal(to)})`),
  );
  const refuseStart = raise(draft, table.name, {
    rule: startRule,
    column,
    message: `format('a new row begins as %s, not as %s', ${start}, NEW.${quoted})`,
  });
  const refuseMove = raise(draft, table.name, {
    rule: moveRule,
    column,
    message: `format('%s may not follow %s', NEW.${quoted}, OLD.${quoted})`,
  });
  const allowed =
    pairs.length > 0
      ? `IF (OLD.${quoted}::text, NEW.${quoted}::text) NOT IN (\n  ${pairs.join(',\n  ')}\n) THEN\n${indented(refuseMove, 2)}\nEND IF;`
      : refuseMove;
  const routine = addFunction(draft, table, {
    name: cased(`${table.name.name}_${column}_guard`, draft.habits),
    body: `IF TG_OP = 'INSERT' THEN\n${indented(refuseStart, 2)}\nEND IF;\n${allowed}\nRETURN NULL;`,
    rights: 'caller',
    claims,
    reason: `Says which ${machine.field} may follow which`,
  });
  addTrigger(draft, table, {
    name: startRule,
    when: 'AFTER INSERT',
    lines: ['FOR EACH ROW', `WHEN (NEW.${quoted} IS DISTINCT FROM ${start})`],
    routine,
    claims,
    reason: `A row of ${table.name.name} begins as ${machine.start}`,
  });
  addTrigger(draft, table, {
    name: moveRule,
    when: 'AFTER UPDATE',
    lines: ['FOR EACH ROW', `WHEN (OLD.${quoted} IS DISTINCT FROM NEW.${quoted})`],
    routine,
    claims,
    reason: `${machine.field} of ${table.name.name} moves along the declared ways only`,
  });
  draft.features.push({
    kind: 'states',
    entity: entity.id,
    table: table.name,
    column,
    start: machine.start,
    moves: machine.moves,
    startRule,
    moveRule,
  });
  const final = all.filter((state) => (machine.moves[state] ?? []).length === 0);
  draft.choose(
    `${table.name.name}.${column}`,
    `${all.length} states, ${pairs.length} moves, checked by triggers after each row is written`,
    `a check sees no old value; the row's lock lets one of two concurrent moves see the other${final.length > 0 ? `; final: ${final.join(', ')}` : ''}`,
    claims,
  );
}

/** The state is never empty, and begins at the start by itself. */
function settle(draft: Draft, table: TableDraft, column: string, start: string): void {
  const index = table.columns.findIndex(({ name }) => name === column);
  if (index < 0) return;
  const value = draft.engine.quote.literal(start);
  table.columns[index] = { ...table.columns[index]!, notNull: true, default: value };
}
