import { cased } from '../naming.ts';
import { columnsOf, tableOf, type Draft, type TableDraft } from '../draft.ts';

/** Adds a check that amounts which a condition or an expression of the task sets beside each other have one currency: cents are not comparable to yen. */
export function oneCurrency(draft: Draft, table: TableDraft): void {
  const { quote } = draft.engine;
  const { entity } = table;
  if (!entity) return;
  const amounts = entity.fields.filter(({ type }) => type.kind === 'money');
  const rules = draft.task.requirements.rules.filter(
    (rule) => rule.check !== undefined && tableOf(draft, rule.of) === table,
  );
  const texts = [
    ...entity.fields.flatMap(({ check, generated }) =>
      [check, generated].flatMap((text) => (text === undefined ? [] : [{ text, claims: [entity.id] }])),
    ),
    ...rules.map(({ id, check = '' }) => ({ text: check, claims: [id] })),
  ];
  const done = new Set<string>();
  for (const { text, claims } of texts) {
    const met = amounts.filter(({ name }) => mentions(text, columnsOf(table, name)[0]!));
    for (const other of met.slice(1)) {
      const [left, right] = [met[0]!, other].map(({ name }) => columnsOf(table, name)[1]!) as [
        string,
        string,
      ];
      if (done.has(`${left}\0${right}`)) continue;
      done.add(`${left}\0${right}`);
      table.constraints.push({
        name: draft.take({
          schema: table.name.schema,
          name: cased(`${table.name.name}_${right}_same`, draft.habits),
        }),
        kind: 'check',
        columns: [left, right],
        definition: `CHECK (${quote.identifier(left)} = ${quote.identifier(right)})`,
        claims,
        comment: `${met[0]!.name} and ${other.name} are compared, so they have one currency`,
      });
      draft.choose(
        `${table.name.name}.${right}`,
        `the same as ${left}`,
        `${claims.join(', ')} sets ${other.name} beside ${met[0]!.name}: amounts of different currencies have no order and no sum`,
        claims,
      );
    }
  }
}

function mentions(text: string, column: string): boolean {
  return new RegExp(
    `(?<![\\p{L}\\p{N}_])${column.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\p{L}\\p{N}_])`,
    'iu',
  ).test(text);
}
