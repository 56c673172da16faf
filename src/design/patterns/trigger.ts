import type { Name } from '../../catalog/model.ts';
import { fitBytes } from '../../base/text.ts';
import type { Draft, TableDraft } from '../draft.ts';
import { indented } from './summary.ts';

/** `schema.name` with both parts, for texts that run under a search path of their own. */
export function fullName(draft: Draft, { schema, name }: Name): string {
  const { quote } = draft.engine;
  return `${quote.identifier(schema)}.${quote.identifier(name)}`;
}

/** A trigger function to write. */
export interface TriggerFunction {
  /** Name that is wanted. */
  readonly name: string;
  /** Variables of the block, one per line. */
  readonly declare?: readonly string[];
  /** Statements between BEGIN and END. */
  readonly body: string;
  /**
   * `owner`: it writes to tables that the application itself needs no rights on. Nobody else may hang it on a table of theirs.
   * `caller`: it only compares.
   */
  readonly rights: 'owner' | 'caller';
  readonly claims: readonly string[];
  readonly reason: string;
}

/** Adds a trigger function whose names cannot be captured by a search path, and returns its quoted name. */
export function addFunction(draft: Draft, table: TableDraft, made: TriggerFunction): string {
  const { schema } = table.name;
  const name = draft.engine.quote.name({ schema, name: draft.take({ schema, name: made.name }) });
  const tag = tagFor(made.body);
  const declared = made.declare ? `DECLARE\n${made.declare.map((line) => `  ${line};\n`).join('')}` : '';
  table.after.push({
    sql: `CREATE FUNCTION ${name}() RETURNS trigger
  LANGUAGE plpgsql${made.rights === 'owner' ? ' SECURITY DEFINER' : ''}
  SET search_path = pg_catalog, pg_temp
AS ${tag}
${declared}BEGIN
${indented(made.body, 2)}
END
${tag}`,
    claims: made.claims,
    reason: made.reason,
    undo: `DROP FUNCTION ${name}()`,
  });
  if (made.rights === 'owner')
    table.after.push({
      sql: `REVOKE ALL ON FUNCTION ${name}() FROM PUBLIC`,
      claims: made.claims,
      reason: 'It runs with the rights of its owner: nobody else may use it in a trigger of theirs',
      undo: '',
    });
  return name;
}

/** A dollar quote that the body does not end. */
export function tagFor(body: string): string {
  for (let n = 0; ; n++) {
    const tag = `$body${n === 0 ? '' : n}$`;
    if (!body.includes(tag)) return tag;
  }
}

/** Adds a trigger to a table. */
export function addTrigger(
  draft: Draft,
  table: TableDraft,
  made: {
    readonly name: string;
    /** `AFTER UPDATE`. */
    readonly when: string;
    /** Lines between the table and EXECUTE: REFERENCING, FOR EACH, WHEN. */
    readonly lines: readonly string[];
    readonly routine: string;
    readonly claims: readonly string[];
    readonly reason: string;
    /** It must share the transaction of the statement before it. */
    readonly joined?: boolean;
  },
): void {
  const { quote } = draft.engine;
  const name = quote.identifier(fitBytes(made.name, quote.maxBytes));
  const on = quote.name(table.name);
  table.after.push({
    sql: `CREATE TRIGGER ${name}\n  ${made.when} ON ${on}\n${made.lines.map((line) => `  ${line}\n`).join('')}  EXECUTE FUNCTION ${made.routine}()`,
    claims: made.claims,
    reason: made.reason,
    undo: `DROP TRIGGER ${name} ON ${on}`,
    ...(made.joined ? { joined: true } : {}),
  });
}

/** A RAISE whose error names a rule, as a constraint's would. */
export function raise(
  draft: Draft,
  table: Name,
  error: {
    readonly rule: string;
    /** SQL expression of the message. */
    readonly message: string;
    readonly column?: string;
    readonly state?: string;
    readonly hint?: string;
  },
): string {
  const { quote } = draft.engine;
  const options = [
    `ERRCODE = '${error.state ?? '23514'}'`,
    `MESSAGE = ${error.message}`,
    `SCHEMA = ${quote.literal(table.schema)}`,
    `TABLE = ${quote.literal(table.name)}`,
    ...(error.column === undefined ? [] : [`COLUMN = ${quote.literal(error.column)}`]),
    `CONSTRAINT = ${quote.literal(error.rule)}`,
    ...(error.hint === undefined ? [] : [`HINT = ${quote.literal(error.hint)}`]),
  ];
  return `RAISE EXCEPTION USING\n  ${options.join(',\n  ')};`;
}
