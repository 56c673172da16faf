/** Masks as SQL expressions, for views that show a column to people who may not see it. */
import type { MaskKind } from './model.ts';

/** What a mask leaves visible, for a reader of the report. */
export const leavesVisible: Readonly<Record<MaskKind, string>> = {
  email: 'the domain',
  name: 'the first letter',
  phone: 'the last two digits',
  address: 'nothing',
  date: 'the year',
  number: 'nothing',
  text: 'nothing',
  hash: 'which rows have equal values; who knows a value can find its rows',
  last4: 'the last four characters of longer values',
  uuid: 'nothing',
  ip: 'the network',
  iban: 'the country and the last four characters',
  url: 'the host',
  null: 'nothing',
};

/**
 * Expression that hides the values of a column; an absent value stays absent. `column` is quoted already, `type` is the column's type as the server
 * formats it. Text masks give text, whatever the column is.
 */
export function maskSql(kind: MaskKind, column: string, type: string): string {
  const text = /^(?:text|character varying|citext)/.test(type) ? column : `${column}::text`;
  const some = (shown: string): string => `CASE WHEN ${column} IS NOT NULL THEN ${shown} END`;
  switch (kind) {
    case 'email':
      return `'***@' || split_part(${text}, '@', 2)`;
    case 'name':
      return `left(${text}, 1) || '***'`;
    case 'phone':
      return `'***' || right(${text}, 2)`;
    case 'last4':
      return some(`'****' || CASE WHEN char_length(${text}) > 4 THEN right(${text}, 4) ELSE '' END`);
    case 'iban':
      return `left(${text}, 2) || '****' || CASE WHEN char_length(${text}) > 10 THEN right(${text}, 4) ELSE '' END`;
    case 'hash':
      return `left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), 16)`;
    case 'date':
      return /^(?:date|timestamp)/.test(type)
        ? `date_trunc('year', ${column})::${type}`
        : some(`CASE WHEN ${text} ~ '^[0-9]{4}-' THEN left(${text}, 4) ELSE '***' END`);
    case 'ip':
      return type === 'inet'
        ? `network(set_masklen(${column}, CASE family(${column}) WHEN 4 THEN 24 ELSE 48 END))`
        : some("'***'");
    case 'url':
      return `substring(${text} FROM '^[a-z]+://[^/?#]+') || '/***'`;
    case 'address':
    case 'text':
      return some("'***'");
    case 'number':
    case 'uuid':
    case 'null':
      return `NULL::${type}`;
  }
}
