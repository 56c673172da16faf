/** Expressions as EXPLAIN prints them, fully in parentheses: what is compared with what. */

/** An expression of a plan. */
export type Expression =
  | { readonly kind: 'and' | 'or' | 'row' | 'list'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  /** `alias` is empty where the plan has one table only; names are without quotes. */
  | { readonly kind: 'column'; readonly alias: string; readonly name: string }
  | { readonly kind: 'constant'; readonly text: string; readonly type: string }
  | { readonly kind: 'parameter'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly parts: readonly Expression[] }
  | { readonly kind: 'cast'; readonly part: Expression; readonly type: string }
  /** `operator` is upper case where it is a word: `IS NULL`, `= ANY`. */
  | { readonly kind: 'operation'; readonly operator: string; readonly parts: readonly Expression[] }
  | { readonly kind: 'subplan'; readonly text: string; readonly hashed: boolean }
  | { readonly kind: 'other'; readonly parts: readonly Expression[] };

interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'operator' | 'mark';
  readonly text: string;
}

const pattern =
  /\s+|(?<string>[EB]?'(?:[^']|'')*')|(?<quoted>"(?:[^"]|"")*")|(?<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<parameter>\$\d+)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<mark>::|[()[\],.:])|(?<operator>[-+*/<>=~!@#%^&|`?]+)/giuy;

function tokensOf(text: string): readonly Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) {
      found.push({ kind: 'mark', text: text[at]! });
      pattern.lastIndex = at + 1;
      continue;
    }
    const [kind, value] = Object.entries(match.groups!).find(([, one]) => one !== undefined) ?? [];
    if (kind) found.push({ kind: kind as Token['kind'], text: value! });
  }
  return found;
}

const typeWords = new Set(['with', 'without', 'time', 'zone', 'varying', 'precision']);
const bareCalls =
  /^(?:current_(?:date|time|timestamp|user|role|schema|catalog)|session_user|localtime(?:stamp)?)$/i;

/** Reads a condition or a key; what cannot be understood is `other`, with the columns in it. Never throws. */
export function readExpression(text: string): Expression {
  const tokens = tokensOf(text);
  let at = 0;
  // Hostile or broken texts nest without end.
  let depth = 0;
  const is = (word: string, ahead = 0): boolean => {
    const token = tokens[at + ahead];
    return token !== undefined && token.kind !== 'quoted' && token.text.toUpperCase() === word;
  };
  const eat = (word: string): boolean => {
    if (!is(word)) return false;
    at += 1;
    return true;
  };

  const group = (): Expression => {
    depth += 1;
    const first = depth > 200 ? skip() : comparison();
    const word = is('AND') ? 'AND' : is('OR') ? 'OR' : undefined;
    const parts = [first];
    if (word) while (eat(word)) parts.push(comparison());
    depth -= 1;
    return word ? { kind: word === 'AND' ? 'and' : 'or', parts } : first;
  };

  const skip = (): Expression => {
    at = tokens.length;
    return { kind: 'other', parts: [] };
  };

  const comparison = (): Expression => {
    if (eat('NOT')) return { kind: 'not', part: comparison() };
    const left = primary();
    const operator = operatorHere();
    if (operator === undefined) return left;
    if (/^IS(?: NOT)? (?:NULL|TRUE|FALSE|UNKNOWN)$/.test(operator))
      return { kind: 'operation', operator, parts: [left] };
    return { kind: 'operation', operator, parts: [left, primary()] };
  };

  const operatorHere = (): string | undefined => {
    const token = tokens[at];
    if (token?.kind === 'operator') {
      at += 1;
      if (is('ANY') || is('ALL')) return `${token.text} ${tokens[at++]!.text.toUpperCase()}`;
      return token.text;
    }
    if (is('IS')) {
      const words = ['IS'];
      at += 1;
      while (/^(?:NOT|NULL|TRUE|FALSE|UNKNOWN|DISTINCT|FROM)$/i.test(tokens[at]?.text ?? ''))
        words.push(tokens[at++]!.text.toUpperCase());
      return words.join(' ');
    }
    if (is('AT') && is('TIME', 1)) {
      at += 3;
      return 'AT TIME ZONE';
    }
    if (is('OPERATOR') && is('(', 1)) {
      at += 2;
      let operator = '';
      while (at < tokens.length && !is(')')) {
        if (tokens[at]!.kind === 'operator') operator = tokens[at]!.text;
        at += 1;
      }
      at += 1;
      return operator;
    }
    return undefined;
  };

  const primary = (): Expression => {
    let found = bare();
    for (;;) {
      if (eat('::')) found = cast(found, typeHere());
      else if (is('COLLATE')) at += is('.', 2) ? 4 : 2;
      else if (is('[')) {
        found = { kind: 'other', parts: [found, ...listUntil(']')] };
      } else if (is('.') && found.kind !== 'column') at += 2;
      else return found;
    }
  };

  const cast = (part: Expression, type: string): Expression =>
    part.kind === 'constant' ? { ...part, type } : { kind: 'cast', part, type };

  const typeHere = (): string => {
    let type = tokens[at++]?.text ?? '';
    while (is('.')) {
      type += `.${tokens[at + 1]?.text ?? ''}`;
      at += 2;
    }
    for (;;) {
      const token = tokens[at];
      if (token?.kind === 'word' && typeWords.has(token.text.toLowerCase())) type += ` ${tokens[at++]!.text}`;
      else if (is('(') && tokens[at + 1]?.kind === 'number') while (at < tokens.length && !eat(')')) at += 1;
      else if (is('[') && is(']', 1)) {
        type += '[]';
        at += 2;
      } else return type;
    }
  };

  const listUntil = (end: string): readonly Expression[] => {
    at += 1;
    const parts: Expression[] = [];
    while (at < tokens.length && !is(end)) {
      if (eat(',') || eat('FROM') || eat(':') || eat('DISTINCT')) continue;
      const before = at;
      parts.push(group());
      if (at === before) at += 1;
    }
    at += 1;
    return parts;
  };

  const bare = (): Expression => {
    const token = tokens[at];
    if (!token) return { kind: 'other', parts: [] };
    if (is('(')) {
      if (/^(?:hashed|SubPlan|InitPlan|CTE)$/.test(tokens[at + 1]?.text ?? '')) return subplan();
      at += 1;
      const inner = group();
      const more: Expression[] = [];
      while (at < tokens.length && !is(')')) {
        const before = at;
        if (!eat(',')) more.push(group());
        if (at === before) at += 1;
      }
      at += 1;
      return more.length > 0 ? { kind: 'other', parts: [inner, ...more] } : inner;
    }
    at += 1;
    if (token.kind === 'string') return { kind: 'constant', text: unquote(token.text), type: '' };
    if (token.kind === 'number') return { kind: 'constant', text: token.text, type: 'number' };
    if (token.kind === 'parameter') return { kind: 'parameter', text: token.text };
    if (token.kind === 'operator') return { kind: 'operation', operator: token.text, parts: [primary()] };
    if (token.kind === 'word' || token.kind === 'quoted') return named(token);
    return { kind: 'other', parts: [] };
  };

  const subplan = (): Expression => {
    const words: string[] = [];
    at += 1;
    while (at < tokens.length && !is(')')) words.push(tokens[at++]!.text);
    at += 1;
    return { kind: 'subplan', text: words.join(' '), hashed: words[0] === 'hashed' };
  };

  const named = (token: Token): Expression => {
    const parts = [token.kind === 'quoted' ? token.text.slice(1, -1).replaceAll('""', '"') : token.text];
    if (token.kind === 'word') {
      const upper = token.text.toUpperCase();
      if (upper === 'CASE') return whole('END');
      if (upper === 'NULL' || upper === 'TRUE' || upper === 'FALSE')
        return { kind: 'constant', text: token.text, type: '' };
      if (upper === 'ARRAY' && is('[')) return { kind: 'list', parts: listUntil(']') };
      if (upper === 'ROW' && is('(')) return { kind: 'row', parts: listUntil(')') };
      if (bareCalls.test(token.text)) return { kind: 'call', name: token.text.toLowerCase(), parts: [] };
    }
    while (is('.')) {
      const next = tokens[at + 1];
      parts.push(next?.kind === 'quoted' ? next.text.slice(1, -1).replaceAll('""', '"') : (next?.text ?? ''));
      at += 2;
    }
    if (is('(')) {
      if (parts[0]?.toUpperCase() === 'EXISTS') return subplan();
      return { kind: 'call', name: parts.join('.'), parts: listUntil(')') };
    }
    return { kind: 'column', alias: parts.length > 1 ? parts.at(-2)! : '', name: parts.at(-1)! };
  };

  const whole = (end: string): Expression => {
    const parts: Expression[] = [];
    while (at < tokens.length && !eat(end)) {
      if (/^(?:WHEN|THEN|ELSE)$/i.test(tokens[at]!.text)) {
        at += 1;
        continue;
      }
      const before = at;
      parts.push(group());
      if (at === before) at += 1;
    }
    return { kind: 'other', parts };
  };

  return group();
}

function unquote(text: string): string {
  return text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'");
}

/** Parts that all must hold. */
export function conjunctsOf(expression: Expression): readonly Expression[] {
  return expression.kind === 'and' ? expression.parts.flatMap(conjunctsOf) : [expression];
}

/** An expression with everything in it, outermost first. */
export function within(expression: Expression): readonly Expression[] {
  const inner =
    'parts' in expression ? expression.parts : 'part' in expression ? [expression.part] : ([] as const);
  return [expression, ...inner.flatMap(within)];
}

/** Columns in an expression, each once. */
export function columnsIn(
  expression: Expression,
): readonly { readonly alias: string; readonly name: string }[] {
  const found = within(expression).flatMap((part) => (part.kind === 'column' ? [part] : []));
  return found.filter(
    (one, at) => found.findIndex(({ alias, name }) => alias === one.alias && name === one.name) === at,
  );
}
