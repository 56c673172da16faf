/** First line of a node in the text form: `Index Scan Backward using orders_made on public.orders o`. */
import type { RawNode } from './document.ts';

const joins = 'Left|Right|Full|Semi|Anti|Right Semi|Right Anti';
const writes = 'Insert|Update|Delete|Merge';
const scansOfRelations = 'Seq Scan|Sample Scan|Bitmap Heap Scan|Tid Scan|Tid Range Scan|Foreign Scan';
const scansOfOthers =
  'Subquery Scan|Function Scan|Table Function Scan|Values Scan|CTE Scan|WorkTable Scan|Named Tuplestore Scan';

const plain = new Set([
  'Result',
  'ProjectSet',
  'Append',
  'Merge Append',
  'Recursive Union',
  'BitmapAnd',
  'BitmapOr',
  'Gather',
  'Gather Merge',
  'Materialize',
  'Memoize',
  'Sort',
  'Incremental Sort',
  'Group',
  'WindowAgg',
  'Unique',
  'LockRows',
  'Limit',
  'Hash',
  'Foreign Scan',
]);

const sourceField: Readonly<Record<string, string>> = {
  'Function Scan': 'Function Name',
  'Table Function Scan': 'Table Function Name',
  'CTE Scan': 'CTE Name',
  'WorkTable Scan': 'CTE Name',
  'Named Tuplestore Scan': 'Tuplestore Name',
};

const strategies: Readonly<Record<string, string>> = { Hash: 'Hashed', Group: 'Sorted', Mixed: 'Mixed' };

const forms: readonly (readonly [RegExp, (found: readonly string[]) => RawNode | undefined])[] = [
  [
    new RegExp(`^(Nested Loop|Merge|Hash)(?: (${joins}))?(?: Join)?$`),
    ([whole, kind, join]) => {
      if (kind !== 'Nested Loop' && !whole!.endsWith(' Join')) return undefined;
      return {
        'Node Type': kind === 'Nested Loop' ? kind : `${kind} Join`,
        'Join Type': join ?? 'Inner',
      };
    },
  ],
  [
    /^(?:(Partial|Finalize) )?(Hash|Group|Mixed)?Aggregate$/,
    ([, partial, strategy]) => ({
      'Node Type': 'Aggregate',
      Strategy: strategies[strategy ?? ''] ?? 'Plain',
      'Partial Mode': partial ?? 'Simple',
    }),
  ],
  [
    /^(Hash)?SetOp (Intersect|Intersect All|Except|Except All)$/,
    ([, hash, command]) => ({
      'Node Type': 'SetOp',
      Strategy: hash === undefined ? 'Sorted' : 'Hashed',
      Command: command,
    }),
  ],
  [
    new RegExp(`^(?:Foreign )?(${writes}) on (.+)$`),
    ([, operation, on]) => ({ 'Node Type': 'ModifyTable', Operation: operation, ...relationOf(on!) }),
  ],
  [
    new RegExp(`^Foreign (${writes}|Scan) on (.+)$`),
    ([, operation, on]) => ({
      'Node Type': 'Foreign Scan',
      Operation: operation === 'Scan' ? 'Select' : operation,
      ...relationOf(on!),
    }),
  ],
  [
    /^(Index Scan|Index Only Scan)( Backward)? using (.+)$/,
    ([, type, backward, rest]) => {
      const [index, on] = identifier(rest!) ?? [];
      if (index === undefined || !on!.startsWith(' on ')) return undefined;
      return {
        'Node Type': type,
        'Scan Direction': backward === undefined ? 'Forward' : 'Backward',
        'Index Name': index,
        ...relationOf(on!.slice(' on '.length)),
      };
    },
  ],
  [
    /^Bitmap Index Scan on (.+)$/,
    ([, on]) => ({ 'Node Type': 'Bitmap Index Scan', 'Index Name': namesOf(on!)[0]?.name }),
  ],
  [
    new RegExp(`^(${scansOfRelations}) on (.+)$`),
    ([, type, on]) => ({ 'Node Type': type, ...relationOf(on!) }),
  ],
  [
    new RegExp(`^(${scansOfOthers}) on (.+)$`),
    ([, type, on]) => ({ 'Node Type': type, ...otherOf(type!, on!) }),
  ],
  [
    /^Custom Scan \(([^)]*)\)(?: on (.+))?$/,
    ([, provider, on]) => ({
      'Node Type': 'Custom Scan',
      'Custom Plan Provider': provider,
      ...(on === undefined ? {} : relationOf(on)),
    }),
  ],
];

/** Fields that the first line tells; undefined when it is no node that this reader knows. */
export function labelOf(text: string): RawNode | undefined {
  const [, async, parallel, label] = /^(Async )?(Parallel )?(.*)$/.exec(text)!;
  const flags = {
    'Parallel Aware': parallel !== undefined,
    'Async Capable': async !== undefined,
  };
  if (plain.has(label!)) return { 'Node Type': label!, ...flags };
  for (const [form, make] of forms) {
    const found = form.exec(label!);
    const made = found === null ? undefined : make(found);
    if (made !== undefined) return { ...made, ...flags };
  }
  return undefined;
}

/** Relation of a line about a target: `Update on public.p1 p_1`. */
export function targetOf(text: string): RawNode | undefined {
  const found = new RegExp(`^(?:Foreign )?(?:${writes}) on (.+)$`).exec(text);
  return found === null ? undefined : relationOf(found[1]!);
}

function relationOf(text: string): RawNode {
  const [object, alias] = namesOf(text);
  if (object === undefined) return {};
  return {
    'Relation Name': object.name,
    ...(object.schema === undefined ? {} : { Schema: object.schema }),
    Alias: alias?.name ?? object.name,
  };
}

/** Functions, CTEs and so on: the object may be missing, and then only its alias is there. */
function otherOf(type: string, text: string): RawNode {
  const [object, alias] = namesOf(text);
  const field = sourceField[type];
  if (object === undefined) return {};
  if (field === undefined) return { Alias: object.name };
  return {
    [field]: object.name,
    ...(object.schema === undefined ? {} : { Schema: object.schema }),
    Alias: alias?.name ?? object.name,
  };
}

/** Up to two names in a row: `public.orders o`. */
function namesOf(text: string): readonly { readonly schema?: string; readonly name: string }[] {
  const names: { schema?: string; name: string }[] = [];
  for (let rest = text.trimStart(); rest !== '' && names.length < 2; rest = rest.trimStart()) {
    const first = identifier(rest);
    if (first === undefined) break;
    const second = first[1].startsWith('.') ? identifier(first[1].slice(1)) : undefined;
    names.push(second === undefined ? { name: first[0] } : { schema: first[0], name: second[0] });
    rest = (second ?? first)[1];
  }
  return names;
}

/** An identifier, quoted or not, and what follows it. */
function identifier(text: string): readonly [string, string] | undefined {
  const quoted = /^"((?:[^"]|"")*)"/.exec(text);
  if (quoted !== null) return [quoted[1]!.replaceAll('""', '"'), text.slice(quoted[0].length)];
  const bare = /^[^\s."(]+/.exec(text);
  return bare === null ? undefined : [bare[0], text.slice(bare[0].length)];
}
