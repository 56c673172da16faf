import type { Field } from '../task/model.ts';
import type { ColumnDraft, Draft, TableDraft } from './draft.ts';
import { cased } from './naming.ts';

const plainTypes = {
  int: 'integer',
  bigint: 'bigint',
  bool: 'boolean',
  date: 'date',
  time: 'time',
  instant: 'timestamptz',
  duration: 'interval',
  uuid: 'uuid',
  json: 'jsonb',
  bytes: 'bytea',
  tags: 'text[]',
} as const;

/** Columns of a field, without putting them into the table: one, or two for money. */
export function columnsOfField(draft: Draft, table: TableDraft, field: Field): readonly ColumnDraft[] {
  const { entity } = table;
  const inKey = entity?.key.kind === 'fields' && entity.key.names.includes(field.name);
  const name = cased(field.name, draft.habits);
  const notNull = field.required || inKey || entity?.partition?.by === field.name;
  const comment = commentOf(field);
  const common = {
    of: field.name,
    rank: 2 as const,
    notNull,
    claims: [entity?.id ?? table.of],
    ...(comment ? { comment } : {}),
  };
  if (field.type.kind === 'money') {
    const value = defaultOf(draft, field);
    return [
      {
        ...common,
        name: cased(`${field.name}_minor`, draft.habits),
        type: 'bigint',
        comment: comment ?? 'Amount in minor units of the currency',
        ...(value ? { default: value } : {}),
      },
      {
        ...common,
        name: cased(`${field.name}_currency`, draft.habits),
        type: 'char(3)',
        comment: 'ISO 4217 code',
      },
    ];
  }
  const value = defaultOf(draft, field);
  const generated = field.generated ? `GENERATED ALWAYS AS (${field.generated}) STORED` : undefined;
  return [
    {
      ...common,
      name,
      type: typeOf(draft, field),
      ...(value && !generated ? { default: value } : {}),
      ...(generated ? { generated } : {}),
    },
  ];
}

function typeOf(draft: Draft, { type }: Field): string {
  switch (type.kind) {
    case 'text':
    case 'url':
    case 'enum':
      return 'text';
    case 'email':
      return hasCitext(draft) ? 'citext' : 'text';
    case 'decimal':
      return `numeric(${type.precision}, ${type.scale})`;
    case 'sql':
      return type.sql;
    case 'money':
      return 'bigint';
    default:
      return plainTypes[type.kind];
  }
}

/** Case-insensitive text is used where the task or the database asked for it. */
function hasCitext({ task, catalog }: Draft): boolean {
  return (
    task.requirements.extensions.includes('citext') ||
    catalog.extensions.some(({ name }) => name === 'citext')
  );
}

function defaultOf({ engine }: Draft, { type, default: value, required }: Field): string | undefined {
  if (value === undefined || value === null) return type.kind === 'tags' && required ? "'{}'" : undefined;
  if (value === 'now') return { date: 'CURRENT_DATE', time: 'LOCALTIME' }[type.kind as string] ?? 'now()';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (type.kind === 'tags' && Array.isArray(value))
    return `ARRAY[${value.map((item) => engine.quote.literal(String(item))).join(', ')}]::text[]`;
  if (typeof value === 'string')
    return /^`.*`$/s.test(value) ? value.slice(1, -1) : engine.quote.literal(value);
  return engine.quote.literal(JSON.stringify(value));
}

function commentOf({ unit, sensitive }: Field): string | undefined {
  // A unit that is a word stands after In; one that is said in words of its own stands as it is.
  const measure =
    unit &&
    (/^(?:as|in|of|per|the|depends|see|whatever)\b/i.test(unit.trim()) ? `Unit: ${unit}` : `In ${unit}`);
  return [measure, sensitive && 'Sensitive'].filter(Boolean).join('. ') || undefined;
}
