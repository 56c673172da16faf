/** The verdict on a built-in function. */
export type Verdict =
  | { readonly kind: 'harmless' }
  /** The server calls it while it does something else: input of a type, a step of an aggregate. */
  | { readonly kind: 'part'; readonly because: string }
  /** Harmless where an owner of the database wrote it: a view, a policy. */
  | { readonly kind: 'definition'; readonly because: string }
  | { readonly kind: 'refused'; readonly because: string };

/** Why the functions of a group are refused. */
export const reasons: Readonly<Record<string, string>> = {
  files: 'It reads files or folders of the server, or tells where they are.',
  'large objects': 'It opens, reads or writes large objects, which stand beside all rights on tables.',
  locks: 'It takes locks that others wait for.',
  waiting: 'It waits, and holds a connection meanwhile.',
  signals: 'It ends or disturbs other sessions, or the server itself.',
  settings: 'It shows or changes settings.',
  notifications: 'It sends messages to other sessions, or shows them.',
  sequences: 'It moves a sequence, or shows where one stands.',
  replication: 'It belongs to replication, write-ahead log, backup or snapshots of others.',
  statistics: 'It removes or shows what the server has gathered, values of columns among it.',
  sessions: 'It shows what other sessions do or how the server is doing.',
  transactions: 'It takes a transaction number, or looks into the transactions of others.',
  'text as code':
    'It runs a text as a statement, a table or a type, so that nobody can tell before what it does.',
  upkeep: 'It changes the database, or belongs to upgrades of the server.',
  'server’s own calls': 'Only the server has a reason to call it.',
  parts: 'It is a part of a type, an aggregate or an index, and no statement needs to call it by itself.',
  'in definitions': 'It shows settings, and those may hold secrets; only views and policies may use it.',
};

let verdicts: Promise<ReadonlyMap<string, Verdict>> | undefined;

/** Verdicts by `name(argument types)`; functions outside `pg_catalog` have their schema before the name. Read at the first call. */
export function builtinVerdicts(): Promise<ReadonlyMap<string, Verdict>> {
  verdicts ??= import('./functions.ts').then(({ functions }) => {
    const found = new Map<string, Verdict>();
    for (const [group, lines] of Object.entries(functions))
      for (const item of lines.flatMap((line) => line.split('; '))) {
        const name = item.slice(0, item.indexOf('('));
        for (const [signature] of item.slice(name.length).matchAll(/\([^)]*\)/g))
          found.set(name + signature, verdictOf(group));
      }
    return found;
  });
  return verdicts;
}

function verdictOf(group: string): Verdict {
  if (group === 'harmless') return { kind: 'harmless' };
  const because = reasons[group] ?? 'It is not on the list of harmless functions.';
  if (group === 'parts') return { kind: 'part', because };
  return { kind: group === 'in definitions' ? 'definition' : 'refused', because };
}
