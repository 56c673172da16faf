import type { Engine, MaskedColumn, Snapshot } from '../../engine/model.ts';
import { carriedColumns } from './carried.ts';
import { placeKey, placeOf } from './links.ts';
import { maskCatalog } from './catalog.ts';
import { maskedColumns, type MaskedColumns } from './columns.ts';
import { collect, type Drawn } from './leaves.ts';
import { inOrder, letterOrder, openCollation } from './order.ts';
import { maskStatistics, type MaskedStatistics } from './statistics.ts';
import { maskWorkload, searchedWithin } from './workload.ts';
import { withoutSecrets } from './secrets.ts';

export interface MaskOptions {
  readonly engine: Engine;
  /** Those that are declared or look personal or secret; or no column; or the named ones, `table.column`. */
  readonly columns: 'auto' | 'none' | readonly string[];
  /** Columns that somebody calls private, `table.column`, beside those that are found. */
  readonly declared?: readonly string[];
}

/** Reasons why something is not exact any more, for a reader of the twin's report. */
const lost = 'its values had no substitutes of the same form, so common values and histogram are left out';
const moved = 'its substitutes sort in another order than its values, so that estimates of ranges differ';
const otherwise = 'it has a collation of its own, in which the order of its substitutes was not checked';
const unsure = 'no server here has its locale, so that the order of its substitutes could not be checked';

/**
 * The snapshot with made-up values in private columns: in the same order, of the same form, equal where the originals were equal, drawn with a key that is kept
 * nowhere; constants of definitions and of the workload follow. Passwords go in any case. Throws `usage.wrong-option` for a named column that is not there.
 */
export async function maskSnapshot(real: Snapshot, options: MaskOptions): Promise<Snapshot> {
  const { engine, columns, declared = [] } = options;
  const snapshot = withoutSecrets(real, engine.grammar.scan);
  if (columns === 'none') return snapshot;
  await engine.grammar.ready();
  const chosen = maskedColumns(snapshot, engine, columns, declared);
  const collected = collect(letterOrder(snapshot));
  const open = openTexts(snapshot, chosen);
  const collecting: Drawn = { leaves: collected.leaves, known: (text) => collected.texts.has(text) };
  // What is known grows while values are collected, so that the second look finds what the first could not know.
  for (let texts = -1; texts !== collected.texts.size;) {
    texts = collected.texts.size;
    translate(snapshot, engine, chosen, open, collecting);
  }
  const grown = translate(snapshot, engine, chosen, open, collected.draw(true));
  const fits = !tooLong(grown, snapshot, chosen);
  const made = fits ? grown : translate(snapshot, engine, chosen, open, collected.draw(false));
  const { dropped, ...translated } = made;
  const { columns: ordered, notExact } = await ordering(made, snapshot, engine, chosen);
  return {
    ...snapshot,
    ...translated,
    columns: ordered,
    masked: [
      ...snapshot.masked,
      ...told(
        snapshot,
        chosen,
        dropped,
        notExact,
        searchedWithin({ snapshot, engine, domain: chosen.domain }),
      ),
    ],
  };
}

type Translated = Pick<Snapshot, 'columns' | 'extended' | 'probes' | 'catalog' | 'workload'> &
  Pick<MaskedStatistics, 'dropped'>;

function translate(
  snapshot: Snapshot,
  engine: Engine,
  { domain }: MaskedColumns,
  open: (text: string) => boolean,
  { leaves, known }: Drawn,
): Translated {
  // Statistics first: their texts tell which literals of definitions are values.
  const statistics = maskStatistics(snapshot, domain, leaves);
  return {
    ...statistics,
    workload: maskWorkload({ snapshot, engine, domain, leaves, known, open }),
    catalog: maskCatalog({ catalog: snapshot.catalog, scan: engine.grammar.scan, domain, leaves, known }),
  };
}

/** Labels, and values of columns that are not masked. */
function openTexts(snapshot: Snapshot, { reasons }: MaskedColumns): (text: string) => boolean {
  // Few statements ask, and a large snapshot has hundreds of thousands of values.
  let texts: Set<string> | undefined;
  return (text) => {
    if (!texts) {
      texts = new Set(snapshot.catalog.types.flatMap(({ labels }) => labels));
      for (const { key, values } of carriedColumns(snapshot))
        if (!reasons.has(key)) for (const value of values) texts.add(value);
    }
    return texts.has(text);
  };
}

/** Whether a substitute is longer than its column allows. */
function tooLong(made: Translated, snapshot: Snapshot, { domain }: MaskedColumns): boolean {
  const limits = new Map(
    snapshot.catalog.tables.flatMap((of) =>
      of.columns.flatMap(({ name, type }) => {
        const limit = /^(?:character varying|character|varchar|char)\((\d+)\)/.exec(type)?.[1];
        const key = placeKey({ schema: of.schema, relation: of.name, column: name });
        return limit === undefined || !domain(key) ? [] : [[key, Number(limit)] as const];
      }),
    ),
  );
  return (
    limits.size > 0 &&
    carriedColumns({ ...snapshot, ...made }).some(({ key, values }) => {
      const limit = limits.get(key);
      return limit !== undefined && [...values].some((value) => Array.from(value).length > limit);
    })
  );
}

/** Histograms of texts in the order of a real server of the same locale. */
async function ordering(
  made: Translated,
  snapshot: Snapshot,
  engine: Engine,
  { domain }: MaskedColumns,
): Promise<{ readonly columns: Snapshot['columns']; readonly notExact: ReadonlyMap<string, string> }> {
  const notExact = new Map<string, string>();
  const keys = new Map(carriedColumns(snapshot).map((one) => [placeKey(one), one.key]));
  const isText = (key: string): boolean => domain(keys.get(key) ?? key)?.kind === 'text';
  const collations = ownCollations(snapshot);
  const texts = made.columns.filter((one) => one.histogram !== undefined && isText(placeKey(one)));
  if (texts.length === 0) return { columns: made.columns, notExact };
  const collation = await openCollation(engine, snapshot);
  if (!collation) {
    for (const one of texts) notExact.set(placeKey(one), unsure);
    return { columns: made.columns, notExact };
  }
  try {
    const columns: Snapshot['columns'][number][] = [];
    for (const [at, one] of made.columns.entries()) {
      const original = snapshot.columns[at]!.histogram;
      const own = collations.get(placeKey(one));
      if (one.histogram !== undefined && own !== undefined && isText(placeKey(one)))
        notExact.set(placeKey(one), `${otherwise} (${own})`);
      const ordered =
        one.histogram === undefined || original === undefined || !isText(placeKey(one)) || own !== undefined
          ? undefined
          : await inOrder(one.histogram, collation);
      // A source whose own order differs from this server's tells nothing about the substitutes.
      const same = ordered === undefined || (await inOrder(original!, collation)) !== undefined;
      if (!same) notExact.set(placeKey(one), moved);
      columns.push(ordered === undefined ? one : { ...one, histogram: ordered });
    }
    return { columns, notExact };
  } finally {
    await collation.close();
  }
}

/** Collations of columns of their own, which the database's order says nothing about, by key of the column. */
function ownCollations({ catalog }: Snapshot): ReadonlyMap<string, string> {
  return new Map(
    catalog.tables.flatMap((of) =>
      of.columns.flatMap(({ name, collation }) =>
        collation === undefined
          ? []
          : [[placeKey({ schema: of.schema, relation: of.name, column: name }), collation] as const],
      ),
    ),
  );
}

/** The masked columns that have values inside, those that only sit in the structure included. */
function told(
  snapshot: Snapshot,
  { reasons, domain }: MaskedColumns,
  dropped: ReadonlySet<string>,
  notExact: ReadonlyMap<string, string>,
  searched: ReadonlyMap<string, string>,
): readonly MaskedColumn[] {
  const places = new Map(carriedColumns(snapshot).map((one) => [one.key, one]));
  return [...reasons].flatMap(([key, { why }]): readonly MaskedColumn[] => {
    // Labels and truth values are the structure's, and stay.
    if (domain(key)?.kind === 'structure') return [];
    const carried = places.get(key);
    const { schema, relation, column } = carried ?? placeOf(key);
    if (!carried && column.startsWith('#')) return [];
    const place = placeKey({ schema, relation, column });
    const statement = searched.get(key);
    const inexact = dropped.has(key)
      ? lost
      : (notExact.get(place) ??
        (statement === undefined
          ? undefined
          : `constants that begin inside a text, as in statement ${statement}, select other values than before`));
    return [{ schema, relation, column, why, ...(inexact === undefined ? {} : { notExact: inexact }) }];
  });
}
