/** What the order of a plan depends on, with identities as plain text. */
export interface Planned {
  readonly sql: string;
  readonly produces: readonly string[];
  readonly consumes: readonly string[];
}

/**
 * Gives new tables their columns in the order they have in the database they come from: types that need nothing but
 * schemas are made first, and columns that the planner adds afterwards move into CREATE TABLE. `columns` maps
 * `"schema"."table"` to column names in order.
 */
export function inColumnOrder(
  plan: readonly Planned[],
  columns: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const actions = typesFirst(plan);
  const folded = new Set<number>();
  const created = actions.map(({ sql }, at) => {
    const [, head = '', table = ''] =
      /^(CREATE (?:UNLOGGED )?TABLE ("(?:[^"]|"")+"\."(?:[^"]|"")+") \()/.exec(sql) ?? [];
    const order = columns.get(table);
    if (!order || sql.startsWith(`${head}) INHERITS`)) return sql;
    const known = new Set(actions.slice(0, at + 1).flatMap((action) => action.produces));
    const prefix = `ALTER TABLE ${table} ADD COLUMN `;
    const later = actions.flatMap((action, number) => {
      if (number <= at || !action.sql.startsWith(prefix)) return [];
      const needs = action.consumes.filter(
        (id) => !known.has(id) && actions.some((other) => other.produces.includes(id)),
      );
      if (needs.length > 0) return [];
      for (const id of action.produces) known.add(id);
      folded.add(number);
      return [action.sql.slice(prefix.length)];
    });
    if (later.length === 0) return sql;
    const end = closing(sql, head.length - 1);
    const parts = [...elements(sql.slice(head.length, end)), ...later];
    const place = (part: string): number => {
      const at = /^"((?:[^"]|"")+)"/.exec(part)?.[1]?.replaceAll('""', '"');
      const found = at === undefined ? -1 : order.indexOf(at);
      return found < 0 ? order.length : found;
    };
    return `${head}${parts.toSorted((a, b) => place(a) - place(b)).join(', ')}${sql.slice(end)}`;
  });
  return created.filter((_sql, number) => !folded.has(number));
}

function typesFirst(plan: readonly Planned[]): readonly Planned[] {
  const first = plan.findIndex(({ sql }) => /^CREATE (?:UNLOGGED )?TABLE /.test(sql));
  if (first < 0) return plan;
  const known = new Set(plan.slice(0, first).flatMap((action) => action.produces));
  const made = new Set(plan.flatMap((action) => action.produces));
  const early = plan.filter((action, number) => {
    if (number < first || !/^CREATE (?:TYPE|DOMAIN) /.test(action.sql)) return false;
    if (action.consumes.some((id) => made.has(id) && !known.has(id) && !action.produces.includes(id)))
      return false;
    for (const id of action.produces) known.add(id);
    return true;
  });
  const moved = new Set(early);
  return [...plan.slice(0, first), ...early, ...plan.slice(first).filter((action) => !moved.has(action))];
}

/** Index of the bracket that closes the one at `open`. */
function closing(sql: string, open: number): number {
  let depth = 0;
  for (const { index, 0: token } of sql.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (index < open) continue;
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return sql.length;
}

/** Parts between the commas that stand outside quotes and brackets. */
function elements(list: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { index, 0: token } of list.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()[\],]/g)) {
    if (token === '(' || token === '[') depth += 1;
    if (token === ')' || token === ']') depth -= 1;
    if (token !== ',' || depth > 0) continue;
    parts.push(list.slice(from, index));
    from = index + 1;
  }
  return [...parts, list.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}
