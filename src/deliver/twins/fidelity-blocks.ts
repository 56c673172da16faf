/** How true a twin is, as parts of a report. */
import { plural } from '../../base/text.ts';
import { formatCount } from '../../base/units.ts';
import { printPart } from '../../catalog/identity.ts';
import { column, fact } from '../../report/build.ts';
import type { Block, Cell, Fact } from '../../report/model.ts';
import { spreadText, times } from '../../twin/fidelity/marked.ts';
import type { ColumnFidelity, Distance, Fidelity, Pair, QueryFidelity } from '../../twin/fidelity/model.ts';
import { latencyVerdictAllowed } from '../../twin/fidelity/verdicts.ts';

/** Rows of a table of the report; `--json` has all. */
const told = 20;

/** The mark, the queries that miss it or carry most calls, and the columns that differ most. */
export function fidelityBlocks(fidelity: Fidelity): readonly Block[] {
  return [marks(fidelity), ...queries(fidelity), ...statistics(fidelity)];
}

/** The typed part of `--json`. */
export function fidelityOutput(fidelity: Fidelity): Readonly<Record<string, unknown>> {
  const { line, passed, kind, scale, marks: parts, plans, calibration, statistics: columns } = fidelity;
  return {
    line,
    passed,
    kind,
    scale,
    marks: parts,
    ...(plans ? { plans } : {}),
    ...(calibration ? { calibration } : {}),
    statistics: { columns: columns.columns, within: columns.within, beyond: columns.beyond.map(nameOf) },
    queries: fidelity.queries.map((query) => ({
      name: query.name,
      usable: query.usable,
      because: query.because,
      latencyVerdict: latencyVerdictAllowed(query),
    })),
  };
}

function marks(fidelity: Fidelity): Block {
  const { calibration, plans } = fidelity;
  const basis = fidelity.scale === 1 ? 'measured' : 'derived';
  const facts: Fact[] = fidelity.marks.map((mark) =>
    fact(
      mark.name,
      `${mark.found}; asked: ${mark.asks}`,
      mark.name === 'plans' ? plans!.basis : mark.name === 'statistics' ? 'measured' : basis,
      mark.met ? 'good' : 'bad',
    ),
  );
  if (plans?.actual) facts.push(fact('rows per node', spreadText(plans.actual), 'measured'));
  if (calibration?.blocks) facts.push(fact('pages per call', spreadText(calibration.blocks), basis));
  if (calibration?.time) facts.push(fact('time per call', spreadText(calibration.time), basis));
  return { id: 'fidelity', title: 'Fidelity', kind: 'facts', facts };
}

function queries({ queries: all }: Fidelity): readonly Block[] {
  if (all.length === 0) return [];
  // What misses the mark comes first, the most called before the others.
  const ordered = all.toSorted((a, b) => Number(a.usable) - Number(b.usable) || b.calls - a.calls);
  const rest = ordered.length - told;
  return [
    {
      id: 'fidelity-queries',
      title: 'Queries',
      kind: 'table',
      columns: [
        column('query', 'code'),
        column('calls', 'right'),
        column('rows', 'right'),
        column('pages', 'right'),
        column('time', 'right'),
        column('usable'),
        column('why'),
      ],
      rows: ordered.slice(0, told).map(queryRow),
      note: `Ratios to production's own figures per call.${rest > 0 ? ` ${plural(rest, 'more query', 'more queries')} not shown.` : ''}`,
    },
  ];
}

function queryRow(query: QueryFidelity): readonly Cell[] {
  const { replay } = query;
  const ratio = (pair: Pair | undefined): Cell => (pair ? times(pair.direct) : '–');
  const usable: Cell = query.usable
    ? { text: latencyVerdictAllowed(query) || !replay ? 'yes' : 'not for latencies', tone: 'good' }
    : { text: 'no', tone: 'bad' };
  return [
    query.name,
    formatCount(query.calls),
    ratio(replay?.rows),
    ratio(replay?.blocks),
    ratio(replay?.ms),
    usable,
    query.because,
  ];
}

function statistics({ statistics: { beyond } }: Fidelity): readonly Block[] {
  if (beyond.length === 0) return [];
  return [
    {
      id: 'fidelity-statistics',
      title: 'Columns beyond a tolerance',
      kind: 'table',
      columns: [column('column', 'code'), column('differs in'), column('production'), column('twin')],
      rows: beyond.slice(0, told).map((one) => {
        const [worst] = one.distances as readonly [Distance, ...Distance[]];
        return [nameOf(one), worst.measure, worst.there, worst.here];
      }),
      ...(beyond.length > told ? { note: `${plural(beyond.length - told, 'more column')} not shown.` } : {}),
    },
  ];
}

function nameOf({ relation, column: name, inherited }: ColumnFidelity): string {
  const text = [relation.schema, relation.name, name].map(printPart).join('.');
  return inherited ? `${text} (with its parts)` : text;
}
