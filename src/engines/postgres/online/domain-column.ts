import type { CreateDomainStmt } from 'libpg-query';
import type { Name } from '../../../catalog/model.ts';
import type { OnlineContext, StepDraft } from '../../../engine/model.ts';
import { nameFrom } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { constraintIn } from './text.ts';
import { quick, type Place } from './place.ts';
import { bare, sliced, treeOfText } from './text.ts';

interface Check {
  readonly name: string;
  readonly text: string;
}

/** A domain with checks, for which the server writes a table anew. */
export interface CheckedDomain extends Name {
  readonly checks: readonly Check[];
  readonly notNull: boolean;
}

/** The domain that a type's written name means, from the catalog or an earlier statement of the change; undefined for other types and for domains without a promise. */
export function checkedDomain(words: readonly string[], context: OnlineContext): CheckedDomain | undefined {
  const name = words.at(-1) ?? '';
  const schema = words.at(-2);
  const known = context.before.types.find(
    (type) =>
      type.kind === 'domain' && type.name === name && (schema === undefined || type.schema === schema),
  );
  const made = (context.earlier ?? []).flatMap((sql) => {
    if (!/\bDOMAIN\b/i.test(sql)) return [];
    const tree = treeOfText(bare(sql));
    return 'CreateDomainStmt' in tree && nameFrom(tree.CreateDomainStmt.domainname).name === name
      ? [read(bare(sql), tree.CreateDomainStmt)]
      : [];
  })[0];
  if (made) return made.checks.length > 0 || made.notNull ? made : undefined;
  if (!known || !/\bCHECK\b|\bNOT NULL\b/.test(known.definition)) return undefined;
  const sql = `CREATE DOMAIN ${quote.full(known)} AS ${known.definition}`;
  const tree = treeOfText(sql);
  return 'CreateDomainStmt' in tree ? read(sql, tree.CreateDomainStmt) : undefined;
}

function read(sql: string, { domainname, constraints = [] }: CreateDomainStmt): CheckedDomain {
  const nodes = constraints.flatMap((node) => constraintIn(node) ?? []);
  const texts = sliced(
    sql,
    nodes.map(({ location = 0 }) => location),
  );
  const { schema, name } = nameFrom(domainname);
  const unnamed = nodes.filter(({ contype, conname }) => contype === 'CONSTR_CHECK' && !conname);
  return {
    schema: schema || 'public',
    name,
    notNull: nodes.some(({ contype }) => contype === 'CONSTR_NOTNULL'),
    checks: nodes.flatMap((node, index) => {
      if (node.contype !== 'CONSTR_CHECK') return [];
      const place = unnamed.indexOf(node);
      const own = node.conname ?? `${name}_check${place > 0 ? place : ''}`;
      const text = texts[index]!.replace(/^CONSTRAINT\s+(?:"(?:[^"]|"")*"|\S+)\s+/i, '');
      return [{ name: own, text }];
    }),
  };
}

/** ADD COLUMN of a domain with checks, which are taken off for the moment in which the column comes, so that no row is written. A sentence when that cannot be. */
export function addOfDomain(
  place: Place,
  domain: CheckedDomain,
  command: string,
  column: string,
): readonly StepDraft[] | string {
  if (domain.notNull) return `the domain ${domain.name} takes no empty value`;
  const { before } = place.context;
  const names = [quote.full(domain), quote.name(domain), quote.identifier(domain.name)];
  const user = before.tables.find(({ columns }) => columns.some(({ type }) => names.includes(type)));
  if (user)
    return `${user.name} has columns of the domain ${domain.name} already, whose rows would be read too`;
  const own = `ALTER DOMAIN ${quote.name(domain)}`;
  const open = domain.checks.filter(({ text }) => /\bNOT\s+VALID\s*$/i.test(text));
  return [
    quick(
      [
        ...domain.checks.map(({ name }) => `${own} DROP CONSTRAINT ${quote.identifier(name)}`),
        `ALTER TABLE ${place.name} ${command}`,
        ...domain.checks.map(
          ({ name, text }) =>
            `${own} ADD CONSTRAINT ${quote.identifier(name)} ${text.replace(/\s+NOT\s+VALID\s*$/i, '')} NOT VALID`,
        ),
      ].join(';\n'),
      `An empty column. The checks of ${domain.name} are off while it comes, in the same transaction: with them the server writes all of ${place.table.name} anew while everybody waits`,
      `ALTER TABLE ${place.name} DROP COLUMN ${quote.identifier(column)}`,
    ),
    ...domain.checks
      .filter((check) => !open.includes(check))
      .map(({ name }): StepDraft => ({
        sql: `${own} VALIDATE CONSTRAINT ${quote.identifier(name)}`,
        phase: 'expand',
        transaction: true,
        undo: '',
        statementTimeoutMs: 0,
        reason: `Old rows are read: SHARE on ${place.table.name} meanwhile, so its writers wait and its readers do not; nothing lighter validates a domain`,
      })),
  ];
}
