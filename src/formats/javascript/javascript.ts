import { baseName, sortable } from '../text/lines.ts';
import type { Format, Migration, Part } from '../model.ts';
import { tokensOf, type Token } from './scan.ts';

/** Migrations of Knex, TypeORM, Sequelize, node-pg-migrate and Kysely in JavaScript or TypeScript: the SQL that they hand on as a text. */
export const javascript: Format = {
  name: 'javascript',
  title: 'SQL in JavaScript and TypeScript',
  claims: ({ path }) => /\.[cm]?[jt]s$/.test(path) && !/\.d\.[cm]?ts$/.test(path),
  read({ path, text }) {
    const tokens = tokensOf(text);
    const up: Part[] = [];
    const down: Part[] = [];
    const unread: { at: number; what: string }[] = [];
    let side = up;
    for (const [at, token] of tokens.entries()) {
      const turned = sideOf(tokens, at);
      if (turned) side = turned === 'up' ? up : down;
      const call = callAt(tokens, at);
      if (call === 'sql') {
        const part = textOf(tokens, at + 1);
        if (part) side.push(part);
        else
          unread.push({
            at: token.from,
            what: `${token.text}(…) with a text that is put together at run time`,
          });
      } else if (call === 'builder' && side === up)
        unread.push({ at: token.from, what: `${token.text}(…) of a schema builder` });
    }
    if (up.length === 0 && down.length === 0 && unread.length === 0) return [];
    return [migrationOf(path, text, up, down, unread)];
  },
};

function migrationOf(
  path: string,
  text: string,
  up: readonly Part[],
  down: readonly Part[],
  unread: Migration['unread'],
): Migration {
  // Sequelize opens no transaction by itself; the others do unless they are told not to.
  const none =
    /\bqueryInterface\b/.test(text) ||
    /\bnoTransaction\s*\(/.test(text) ||
    /\btransaction\s*[:=]\s*false\b/.test(text);
  return {
    id: baseName(path).replace(/\.[cm]?[jt]s$/, ''),
    file: path,
    order: sortable(path),
    up,
    down,
    transaction: !none,
    unread,
  };
}

/** `exports.up = …`, `async up(…)`, `up: …`, `function down(…)`. */
function sideOf(tokens: readonly Token[], at: number): 'up' | 'down' | undefined {
  const { kind, text } = tokens[at]!;
  if (kind !== 'word' || (text !== 'up' && text !== 'down')) return undefined;
  const before = tokens[at - 1]?.text;
  const next = tokens[at + 1]?.text;
  if (before === '.') return next === '=' ? text : undefined;
  return next === '=' || next === ':' || next === '(' ? text : undefined;
}

const holders: readonly string[] = ['schema', 'pgm', 'queryInterface', 'queryRunner'];
const harmless: readonly string[] = [
  'noTransaction',
  'func',
  'startTransaction',
  'commitTransaction',
  'rollbackTransaction',
  'sequelize',
  'connect',
  'release',
  'manager',
  'hasTable',
  'hasColumn',
];

/** Whether a call begins with this word: of a text of SQL, or of a builder whose SQL nobody wrote. */
function callAt(tokens: readonly Token[], at: number): 'sql' | 'builder' | undefined {
  const token = tokens[at]!;
  if (token.kind !== 'word') return undefined;
  const dotted =
    tokens[at - 1]?.text === '.' || (tokens[at - 2]?.text === '?' && tokens[at - 1]?.text === '.');
  const holder = dotted ? tokens[at - 2]?.text : undefined;
  const next = tokens[at + 1];
  const called = next?.text === '(' || next?.text === '<';
  const tagged = next?.kind === 'text' && next.text.startsWith('`');
  if (token.text === 'sql' && tagged) return 'sql';
  if (dotted && called && (token.text === 'raw' || token.text === 'query' || token.text === 'sql'))
    return 'sql';
  if (dotted && called && holders.includes(holder ?? '') && !harmless.includes(token.text)) return 'builder';
  return undefined;
}

/** The text that a call begins with, pieces joined by `+` included. */
function textOf(tokens: readonly Token[], from: number): Part | undefined {
  let at = from;
  // query<Row[]>(…)
  if (tokens[at]?.text === '<') {
    while (tokens[at] && tokens[at]!.text !== '(') at += 1;
  }
  if (tokens[at]?.text === '(') at += 1;
  let sql = '';
  const positions: number[] = [];
  for (;;) {
    const token = tokens[at];
    if (token?.kind !== 'text' || token.value === undefined) return undefined;
    sql += token.value;
    positions.push(...(token.positions ?? []).slice(0, token.value.length));
    if (tokens[at + 1]?.text !== '+') {
      positions.push(token.to - 1);
      return { sql, from: positions[0]!, positions, whole: true };
    }
    at += 2;
  }
}
