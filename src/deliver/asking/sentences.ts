/** Access patterns that are sentences only: a draft query each, prepared by the server and never run. */
import { SqlError } from '../../base/error.ts';
import type { Catalog } from '../../catalog/model.ts';
import { draftQuery, type Drafted } from '../../design/query/query.ts';
import type { Engine } from '../../engine/model.ts';
import type { Block, Claim, Evidence } from '../../report/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { Access, Task } from '../../task/model.ts';

/** What came of one sentence. */
export interface SentenceDraft {
  /** Id of the access pattern. */
  readonly claim: string;
  readonly drafted: Drafted;
  /** The server that prepared the draft. */
  readonly server: string;
  /** Why the server would not prepare it; undefined when it did. */
  readonly refused?: string;
}

/** Whether a pattern says in words alone what is asked. */
export function isSentence({ sql, insert, transaction }: Access): boolean {
  return sql === undefined && insert === undefined && transaction === undefined;
}

/** Whether sentences are all that a task asks for, so that there is nothing to run before they are confirmed. */
export function holdsSentencesOnly({ requirements: r }: Task): boolean {
  const { rename, split, merge, backfill, drop } = r.change;
  const others = [
    r.entities,
    r.relations,
    r.rules,
    r.lifecycle,
    r.privacy,
    r.compat,
    r.routines,
    r.extensions,
    Object.keys(rename),
    Object.keys(r.roles),
  ];
  return (
    r.access.length > 0 &&
    r.access.every(isSentence) &&
    others.every(({ length }) => length === 0) &&
    [split, merge, backfill, drop, r.schema, r.tenancy].every((each) => each === undefined)
  );
}

/** Drafts a query for every sentence on these tables, and lets the server prepare each on a database that has them. */
export async function draftSentences(
  engine: Engine,
  server: string,
  database: SandboxDatabase,
  catalog: Catalog,
  { requirements }: Task,
): Promise<readonly SentenceDraft[]> {
  const asked = requirements.access.filter(isSentence);
  if (asked.length === 0) return [];
  const session = await engine.connect(database.ownerUrl, { application: 'dbd sentences' });
  try {
    const drafts: SentenceDraft[] = [];
    for (const { id, says } of asked) {
      const drafted = draftQuery(says, catalog, engine.quote);
      const refused =
        drafted.kind === 'drafted'
          ? await engine.probe.parameterTypes(session, engine.grammar.parameters(drafted.sql).sql).then(
              () => undefined,
              (error: unknown) =>
                error instanceof SqlError ? error.message : Promise.reject(error as Error),
            )
          : undefined;
      drafts.push({ claim: id, drafted, server, ...(refused === undefined ? {} : { refused }) });
    }
    return drafts;
  } finally {
    await session.close();
  }
}

/** The claim of a sentence: never proven, for nothing was run; the draft is shown in the block's own notation. */
export function sentenceClaim({ id, says }: Access, draft: SentenceDraft | undefined): Claim {
  const base = { id, kind: 'access', says, verdict: 'not-proven' } as const;
  if (!draft)
    return {
      ...base,
      because: 'It is a sentence, and no structure is known to draft its query on.',
      evidence: [],
    };
  const { drafted, refused, server } = draft;
  if (drafted.kind === 'not-understood')
    return {
      ...base,
      because: `The sentence was not understood: ${drafted.why}. Which query is meant?`,
      evidence: [],
    };
  const evidence: Evidence[] = [
    {
      basis: 'assumed',
      text: ['A draft of its query.', ...drafted.taken].join(' '),
      shown: `sql: |\n${drafted.sql.replaceAll(/^/gm, '  ')}`,
    },
    {
      basis: 'measured',
      text:
        refused === undefined
          ? `${server} prepared the draft: its tables, columns and types fit. It was not run.`
          : `${server} would not prepare the draft: ${refused}`,
    },
  ];
  const unread =
    drafted.unread.length === 0
      ? ''
      : ` These words are not in the draft: ${drafted.unread.map((word) => word.slice(0, 40)).join(', ')}.`;
  return {
    ...base,
    because: `It is a sentence, so nothing was run for it.${unread} Is the draft what is meant? Then put it into the task.`,
    evidence,
  };
}

/** The drafts in the block's own notation, ready to be put into the task; none where no sentence was understood. */
export function sentenceBlocks({ requirements }: Task, drafts: readonly SentenceDraft[]): readonly Block[] {
  const lines = requirements.access.flatMap(({ id, says }) => {
    const drafted = drafts.find(({ claim }) => claim === id)?.drafted;
    if (drafted?.kind !== 'drafted') return [];
    const notes = [
      ...drafted.taken,
      ...(drafted.unread.length > 0 ? [`Not in the draft: ${drafted.unread.join(', ')}.`] : []),
    ];
    return [
      `  ${id}:`,
      `    says: ${JSON.stringify(says)}`,
      ...notes.map((note) => `    # ${note.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')}`),
      '    sql: |',
      drafted.sql.replaceAll(/^/gm, '      '),
    ];
  });
  return lines.length === 0
    ? []
    : [
        {
          id: 'drafts',
          title: 'Draft queries to confirm',
          kind: 'code',
          language: 'yaml',
          text: `${['access:', ...lines].join('\n')}\n`,
        },
      ];
}
