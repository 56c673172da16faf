/** Range partitions by time and the function that keeps them up. */
import { fitBytes } from '../../../base/text.ts';
import type { Name } from '../../../catalog/model.ts';
import type { Parted, Partitions, Period, Maintenance } from '../../../engine/partition/model.ts';
import { quote } from '../quote.ts';

/** Longest suffix that a partition's name gets: `_2026_01_31`. */
const longestSuffix = 11;
/** Longest wait for another run of the maintenance. */
const runWait = '10s';

const steps: Readonly<Record<Period, string>> = {
  day: '1 day',
  week: '7 days',
  month: '1 month',
  quarter: '3 months',
  year: '1 year',
};
const patterns: Readonly<Record<Period, string>> = {
  day: 'YYYY_MM_DD',
  week: 'YYYY_MM_DD',
  month: 'YYYY_MM',
  quarter: 'YYYY_"q"Q',
  year: 'YYYY',
};

/** PostgreSQL's declarative partitions; there is no default one, so that a row out of range is refused instead of standing in the way of the next partition. */
export const partitions: Partitions = {
  partName(parted, from) {
    return { schema: parted.table.schema, name: `${prefix(parted.table)}_${suffix(parted.every, from)}` };
  },

  clause({ column }) {
    return `PARTITION BY RANGE (${quote.identifier(column)})`;
  },

  create(parted, { from, to }) {
    const part = quote.name(partitions.partName(parted, from));
    return `CREATE TABLE ${part} PARTITION OF ${quote.name(parted.table)}\n  FOR VALUES FROM (${bound(parted, from)}) TO (${bound(parted, to)})`;
  },

  maintenance(options) {
    const { routine, ahead, lockTimeoutMs } = options;
    return `CREATE FUNCTION ${quote.name(routine)}(ahead integer DEFAULT ${ahead})
  RETURNS TABLE (partition text, done text)
  LANGUAGE plpgsql
  SET search_path = ${quote.identifier(options.table.schema)}, pg_temp
  SET lock_timeout = '${runWait}'
AS $partitions$
DECLARE
  begins timestamp;
  ends timestamp;
  part record;
BEGIN
  -- One run at a time: a second one waits, and then finds the work done.
  PERFORM pg_advisory_xact_lock(hashtextextended(${quote.literal(`${routine.schema}.${routine.name}`)}, 0));
  -- From here on a lock that is not granted soon is given up: everybody else queues behind whoever waits.
  PERFORM set_config('lock_timeout', '${lockTimeoutMs}ms', true);

${making(options)}${ending(options)}END
$partitions$`;
  },
};

function making(options: Maintenance): string {
  const { table, every, guarded } = options;
  const present = `date_trunc('${every}', now() AT TIME ZONE 'UTC')`;
  const [own, name] = [quote.literal(quote.identifier(table.schema)), quote.literal(`${prefix(table)}_`)];
  return `  -- A partition is made beside the table and then attached: readers and writers go on.
  SELECT max(known.ends) INTO begins
  FROM (
${bounds(options, '    ')}
  ) AS known;
  begins := greatest(begins, ${present} - interval '${steps[every]}');
  WHILE begins < ${present} + (ahead + 1) * interval '${steps[every]}' LOOP
    ends := date_trunc('${every}', begins) + interval '${steps[every]}';
    partition := ${name} || to_char(begins, '${patterns[every]}');
    EXECUTE format(
      'CREATE TABLE %s.%I (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE)',
      ${own}, partition, ${quote.literal(full(table))});
${guarded ? `    EXECUTE format('ALTER TABLE %s.%I ENABLE ROW LEVEL SECURITY', ${own}, partition);\n` : ''}    EXECUTE format(
      'ALTER TABLE %s ATTACH PARTITION %s.%I FOR VALUES FROM (%L) TO (%L)',
      ${quote.literal(full(table))}, ${own}, partition, ${moment(options, 'begins')}, ${moment(options, 'ends')});
    done := 'made';
    RETURN NEXT;
    begins := ends;
  END LOOP;`;
}

function ending(options: Maintenance): string {
  const { expired, table } = options;
  if (!expired) return '\n';
  const parent = quote.literal(full(table));
  const detach = `EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', ${parent}, part.name);`;
  const drop = `EXECUTE format('DROP TABLE %s', part.name);`;
  const acts = {
    drop: [drop, "done := 'dropped';"],
    detach: [detach, "done := 'detached';"],
    empty: [
      `EXECUTE format('LOCK TABLE %s, %s', ${parent}, part.name);`,
      "EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT 1) AS kept', part.name) INTO part.rows;",
      'IF part.rows = 0 THEN',
      `  ${detach}`,
      `  ${drop}`,
      "  done := 'dropped';",
      'ELSE',
      "  done := 'kept: rows are left in it';",
      'END IF;',
    ],
  }[expired.act];
  return `

  -- What holds nothing but rows whose time to be kept is over.
  FOR part IN
    SELECT known.name, known.ends, 0::bigint AS rows
    FROM (
${bounds(options, '      ')}
    ) AS known
    WHERE known.ends <= (now() - interval '${expired.keepDays} days') AT TIME ZONE 'UTC'
    ORDER BY known.ends
  LOOP
    partition := part.name;
    BEGIN
${acts.map((line) => `      ${line}`).join('\n')}
    EXCEPTION WHEN lock_not_available THEN
      done := 'kept: it is in use, call again';
    END;
    RETURN NEXT;
  END LOOP;
`;
}

/** A query for name and end of each partition; ends are printed and read in the same time zone, the session's. */
function bounds({ table, type }: Parted, indent: string): string {
  const read = {
    date: '::date::timestamp',
    local: '::timestamp',
    instant: "::timestamptz AT TIME ZONE 'UTC'",
  }[type];
  return [
    `SELECT c.oid::regclass::text AS name,`,
    `       substring(pg_get_expr(c.relpartbound, c.oid) FROM $$TO \\('([^']+)'\\)$$)${read} AS ends`,
    `FROM pg_catalog.pg_inherits i`,
    `JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid`,
    `WHERE i.inhparent = ${quote.literal(full(table))}::regclass`,
  ]
    .map((line) => indent + line)
    .join('\n');
}

/** A UTC timestamp of the function as the column's type has it. */
function moment({ type }: Parted, variable: string): string {
  return { date: `${variable}::date`, local: variable, instant: `${variable} AT TIME ZONE 'UTC'` }[type];
}

function bound({ type }: Parted, at: Date): string {
  const iso = at.toISOString();
  const day = iso.slice(0, 10);
  if (type === 'date') return `'${day}'`;
  return type === 'local' ? `'${day} 00:00:00'` : `'${day} 00:00:00+00'`;
}

function suffix(every: Period, from: Date): string {
  const [year = '', month = '', day = ''] = from.toISOString().slice(0, 10).split('-');
  switch (every) {
    case 'year':
      return year;
    case 'quarter':
      return `${year}_q${Math.ceil(Number(month) / 3)}`;
    case 'month':
      return `${year}_${month}`;
    default:
      return `${year}_${month}_${day}`;
  }
}

function prefix(table: Name): string {
  return fitBytes(table.name, quote.maxBytes - longestSuffix);
}

/** With its schema, whatever that is: names inside of routines must not depend on who calls them. */
function full({ schema, name }: Name): string {
  return `${quote.identifier(schema)}.${quote.identifier(name)}`;
}
