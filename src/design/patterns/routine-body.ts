import { DbdError, fail } from '../../base/error.ts';
import type { Name } from '../../catalog/model.ts';
import type { Routine } from '../../task/model.ts';
import type { Draft } from '../draft.ts';
import { dollarTag, shifted } from '../writable.ts';

/** Kinds of statements of which a body in plain SQL is made. */
const plain: readonly string[] = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/** A function or procedure with the task's own body. Throws `task.wrong-value` for an argument or result that is no type. */
export function addBody(draft: Draft, each: Routine, name: Name): void {
  const { quote } = draft.engine;
  const procedure = each.kind === 'procedure';
  if (procedure && each.returns !== undefined)
    fail('task.wrong-value', `${each.id} is a procedure, which returns nothing.`, {
      hint: 'Use `kind: function`, or an INOUT argument.',
    });
  const text = (each.body ?? '').trim();
  const language = languageOf(draft, each, text);
  const commits =
    procedure && language === 'plpgsql' && /(?<![\p{L}\p{N}_])(?:commit|rollback)\s*;/iu.test(text);
  const args = Object.entries(each.arguments).map(([argument, type]) => ({
    name: quote.identifier(argument),
    type: checkedType(draft, each, type),
  }));
  const pad = Math.max(0, ...args.map((one) => one.name.length));
  const list = args.map((one) => `  ${one.name.padEnd(pad)} ${one.type}`).join(',\n');
  const returns = procedure ? '' : ` RETURNS ${resultOf(draft, each)}`;
  const body =
    language === 'plpgsql' && !/^(?:#|<<|declare\b|begin\b)/i.test(text)
      ? `BEGIN\n${shifted(text, 2)}\nEND`
      : text;
  const tag = dollarTag('body', body);
  const word = procedure ? 'PROCEDURE' : 'FUNCTION';
  const routine = quote.name(name);
  const settings = commits ? '' : `\n  SET search_path = ${quote.identifier(name.schema)}, pg_temp`;
  const create = `CREATE ${word} ${routine}(${list === '' ? '' : `\n${list}\n`})${returns}\n  LANGUAGE ${language}${settings}\nAS ${tag}\n${body}\n${tag}`;
  const [statement, ...others] = draft.engine.grammar.split(create);
  const refused = statement && draft.engine.grammar.refusal(statement);
  if (refused) fail('sql.refused', `${each.id}: ${refused}`, { hint: `Correct the body of ${each.id}.` });
  if (statement?.kind !== 'CreateFunctionStmt' || others.length > 0)
    fail('task.wrong-value', `${each.id} does not make one ${word.toLowerCase()}.`);
  draft.late.push(
    {
      sql: create,
      claims: [each.id],
      reason: `${each.id}: ${each.says}`,
      undo: `DROP ${word} ${routine}`,
    },
    {
      sql: `COMMENT ON ${word} ${routine} IS ${quote.literal(`${each.says} (${draft.task.id} ${each.id})`)}`,
      claims: [each.id],
      reason: `Documents ${name.name}`,
      undo: '',
    },
  );
  draft.routines.push({ kind: 'body', id: each.id, name, procedure, language, commits });
  draft.choose(
    name.name,
    `${word.toLowerCase()} in ${language}, with the rights of who calls it`,
    commits
      ? 'it ends transactions itself, so it may have no SET search_path: its names mean what they mean to the caller'
      : 'its search_path is its own, so nobody can put other tables in the way',
    [each.id],
  );
}

/** Plain SQL where the body is nothing but statements; else PL/pgSQL. */
function languageOf({ engine }: Draft, each: Routine, text: string): 'sql' | 'plpgsql' {
  if (text === '') fail('task.wrong-value', `The body of ${each.id} is empty.`);
  try {
    const statements = engine.grammar.split(text);
    return statements.length > 0 && statements.every(({ kind }) => plain.includes(kind)) ? 'sql' : 'plpgsql';
  } catch (error) {
    if (error instanceof DbdError) return 'plpgsql';
    throw error;
  }
}

function resultOf(draft: Draft, each: Routine): string {
  const written = (each.returns ?? 'void').trim();
  const table = /^table\s*\(([\s\S]*)\)$/i.exec(written)?.[1];
  if (table === undefined) return checkedType(draft, each, written);
  const columns = partsOf(table).map((part) => {
    const [, name = '', type = ''] =
      /^("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_]*)\s+([\s\S]+)$/u.exec(part.trim()) ?? [];
    return `${name} ${checkedType(draft, each, type)}`;
  });
  return `TABLE (${columns.join(', ')})`;
}

/** Parts between commas that stand in no parentheses. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const letter of text) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

/** A type, and nothing that only begins with one. */
function checkedType({ engine }: Draft, each: Routine, written: string): string {
  const type = written.trim().replaceAll(/\s+/g, ' ');
  const refuse = (cause?: unknown): never =>
    fail(
      'task.wrong-value',
      `${each.id} has ${JSON.stringify(type.slice(0, 60))} where a SQL type must stand.`,
      {
        hint: 'Write a type such as `bigint`, `numeric(10,2)` or `text[]`.',
        ...(cause === undefined ? {} : { cause }),
      },
    );
  let depth = 0;
  for (const letter of type) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    if (depth < 0) return refuse();
  }
  if (type === '' || depth !== 0 || /--|\/\*|;/.test(type)) return refuse();
  try {
    if (engine.grammar.split(`SELECT CAST(NULL AS ${type})`).length !== 1) return refuse();
  } catch (error) {
    return refuse(error);
  }
  return type;
}
