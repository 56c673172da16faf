import { fail } from '../../base/error.ts';
import type { Rule } from '../../task/model.ts';
import { columnsOf, type Draft, type TableDraft } from '../draft.ts';
import { dollarTag, shifted } from '../writable.ts';

/**
 * Adds the trigger that keeps a rule which no constraint can hold, and returns the name that its errors carry. Throws `sql.syntax`, `sql.refused`
 * and `task.wrong-value` for what is no query.
 */
export function addNeverRule(draft: Draft, table: TableDraft, each: Rule, wanted: string): string {
  const { engine } = draft;
  const { quote } = engine;
  const query = queryOf(draft, each);
  const { schema } = table.name;
  const name = draft.take({ schema, name: wanted });
  const routine = quote.name({ schema, name });
  const target = quote.name(table.name);
  const lock = [...new Set(each.lock.flatMap((field) => columnsOf(table, field)))];
  const claims = [each.id];
  table.after.push(
    {
      sql: functionOf(draft, table, each, { name, query, lock, locked: true }),
      claims,
      reason: `${each.id}: ${each.says}`,
      undo: `DROP FUNCTION ${routine}()`,
    },
    {
      sql: `REVOKE ALL ON FUNCTION ${routine}() FROM PUBLIC`,
      claims,
      reason: 'It reads with the rights of its owner, so nobody may hang it on a table of their own',
      undo: '',
    },
    {
      sql: `COMMENT ON FUNCTION ${routine}() IS ${quote.literal(`${each.id}: ${each.says} (${draft.task.id} ${each.id})`)}`,
      claims,
      reason: `Documents ${name}`,
      undo: '',
    },
    {
      sql: `CREATE TRIGGER ${quote.identifier(name)}\n  AFTER INSERT OR UPDATE ON ${target}\n  FOR EACH ROW EXECUTE FUNCTION ${routine}()`,
      claims,
      reason: `Every row written to ${table.name.name} is held against the rule`,
      undo: `DROP TRIGGER ${quote.identifier(name)} ON ${target}`,
      ...(table.existing ? { probe: `${broken(target, query)} LIMIT 1` } : {}),
    },
  );
  const reads = [
    ...new Set(
      engine.grammar
        .shape(query)
        .tables.map((one) => one.table)
        .filter((one) => one !== table.name.name && one !== `${schema}.${table.name.name}`),
    ),
  ];
  draft.nevers.push({
    rule: each.id,
    table: table.name,
    constraint: name,
    unlocked: functionOf(draft, table, each, { name, query, lock, locked: false }),
    broken: broken(target, query),
    reads,
    lock,
  });
  draft.choose(
    `${table.name.name}: ${each.says}`,
    `trigger ${name}, which asks the query after each row is written`,
    `no constraint of one table can hold it. ${
      lock.length > 0
        ? `Writers that agree in ${lock.join(', ')} wait for each other`
        : 'The rule names no `lock`, so all writers of the table wait for each other'
    } by an advisory lock: it needs no right on other tables, ends with the transaction and writes nothing, where FOR UPDATE of a parent row would hold up foreign key checks. Two statements that write several groups in opposite order can meet in a deadlock. REPEATABLE READ is refused, since its old snapshot would not show what others committed`,
    claims,
  );
  draft.choose(
    `${table.name.name}: ${each.says}`,
    'rows that are written are asked, nothing else',
    `${reads.length > 0 ? `a later change of ${reads.join(', ')}, and ` : ''}a row that is deleted can break the rule without a question`,
    claims,
  );
  return name;
}

/** The rows of the table for which the query finds something. */
function broken(target: string, query: string): string {
  return `SELECT new.*\nFROM ${target} AS new\nWHERE EXISTS (\n${shifted(query, 2)}\n)`;
}

function queryOf({ engine }: Draft, each: Rule): string {
  const text = each.never ?? '';
  if (engine.grammar.parameters(text).names.length > 0)
    fail(
      'task.wrong-value',
      `\`never\` of ${each.id} has parameters; the row that is written is called NEW.`,
    );
  const statements = engine.grammar.split(text);
  const [statement] = statements;
  const refused = statement && engine.grammar.refusal(statement);
  if (refused) fail('sql.refused', `${each.id}: ${refused}`, { hint: `Correct \`never\` of ${each.id}.` });
  if (!statement || statements.length > 1 || statement.kind !== 'SelectStmt')
    fail('task.wrong-value', `\`never\` of ${each.id} must be one SELECT over NEW and tables.`, {
      hint: 'Write a query that returns a row when the row NEW breaks the rule.',
    });
  if (engine.grammar.touches(statement).length > 0)
    fail('task.wrong-value', `\`never\` of ${each.id} writes; it may only read.`);
  return statement.sql.trim();
}

interface Parts {
  readonly name: string;
  readonly query: string;
  readonly lock: readonly string[];
  readonly locked: boolean;
}

function functionOf(
  draft: Draft,
  table: TableDraft,
  each: Rule,
  { name, query, lock, locked }: Parts,
): string {
  const { quote } = draft.engine;
  const { schema } = table.name;
  const keys = [quote.literal(name), ...lock.map((column) => `NEW.${quote.identifier(column)}`)].join(', ');
  const who =
    lock.length > 0
      ? `Writers that agree in ${lock.map((one) => one.replaceAll(/\s/g, ' ')).join(', ')}`
      : 'All writers';
  const body = `#variable_conflict use_column
BEGIN
  IF current_setting('transaction_isolation') = 'repeatable read' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_transaction_state',
      MESSAGE = ${quote.literal(`${table.name.name} cannot be written under REPEATABLE READ`)},
      HINT = 'Use READ COMMITTED or SERIALIZABLE: an old snapshot does not show what others committed.';
  END IF;
${
  locked
    ? `
  -- ${who} wait for each other until they end, so that each sees what the other wrote.
  PERFORM pg_advisory_xact_lock(
    hashtextextended(jsonb_build_array(${keys})::text, 0)
  );
`
    : ''
}
  IF EXISTS (
${shifted(query, 4)}
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'check_violation',
      MESSAGE = ${quote.literal(each.says)},
      SCHEMA = ${quote.literal(schema)},
      TABLE = ${quote.literal(table.name.name)},
      CONSTRAINT = ${quote.literal(name)};
  END IF;
  RETURN NULL;
END`;
  const tag = dollarTag('rule', body);
  return `CREATE ${locked ? '' : 'OR REPLACE '}FUNCTION ${quote.name({ schema, name })}() RETURNS trigger
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ${quote.identifier(schema)}, pg_temp
AS ${tag}
${body}
${tag}`;
}
