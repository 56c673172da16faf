/** Plans as people and logs hand them on: tables of psql, grids, web pages, mails, logs. */
import { expect, test } from 'vitest';
import { plans } from './plans.ts';

const text = `Limit  (cost=14.65..14.66 rows=10 width=44) (actual time=98.140..99.921 rows=10 loops=1)
  Buffers: shared hit=32 read=4393
  ->  Sort  (cost=14.65..14.88 rows=900 width=44) (actual time=98.139..98.142 rows=10 loops=1)
        Sort Key: o.created_at DESC, (COALESCE(o.a, o.b))
        Sort Method: external merge  Disk: 1234kB
        Buffers: shared hit=32 read=4393, temp read=10 written=20
        ->  Nested Loop  (cost=0.00..12.50 rows=90 width=44) (actual time=0.017..91.334 rows=50120 loops=1)
              Buffers: shared hit=32 read=4393
              ->  Seq Scan on orders o  (cost=0.00..10.50 rows=90 width=44) (actual time=0.017..71.334 rows=50120 loops=1)
                    Filter: (status = 'open'::text)
                    Rows Removed by Filter: 449880
                    Buffers: shared hit=2 read=4393
              ->  Index Scan using c_pkey on customers c  (cost=0.00..0.01 rows=1 width=4) (never executed)
                    Index Cond: (id = o.customer_id)
Planning Time: 0.206 ms
Execution Time: 99.951 ms`;

const [whole] = plans.read(text);
const lines = text.split('\n');
const widest = Math.max(...lines.map((line) => line.length));

const framed: Readonly<Record<string, string>> = {
  "psql's table": ` QUERY PLAN \n${'-'.repeat(widest)}\n${lines.map((line) => ` ${line}`).join('\n')}\n(16 rows)\n\nTime: 12.3 ms\n`,
  'a table with borders': `+${'-'.repeat(widest + 2)}+\n| QUERY PLAN${' '.repeat(widest - 10)} |\n+${'-'.repeat(widest + 2)}+\n${lines.map((line) => `| ${line.padEnd(widest)} |`).join('\n')}\n+${'-'.repeat(widest + 2)}+\n(16 rows)`,
  'a grid with quotes': `"QUERY PLAN"\n${lines.map((line) => `"${line.replaceAll('"', '""')}"`).join('\n')}`,
  'a web page with leading spaces': lines.map((line) => `\u00a0\u00a0\u00a0\u00a0${line}`).join('\r\n'),
  'a list with bullets': lines.map((line) => `• ${line}`).join('\n'),
  'numbered lines': lines.map((line, i) => `${String(i + 1).padStart(2)}: ${line}`).join('\n'),
  'a quoted mail': lines.map((line) => `> ${line}`).join('\n'),
  'a page of HTML': text.replaceAll('->', '-&gt;'),
  'arrows of a page': text.replaceAll('->', '→'),
  'a fence of Markdown': `Look at this:\n\n\`\`\`\n${text}\n\`\`\`\n\nWhy is it slow?`,
  tabs: lines.map((line) => `\t${line}`).join('\n'),
};

test.each(Object.entries(framed))('%s', (_name, given) => {
  const [plan, ...more] = plans.read(given);
  expect(more).toEqual([]);
  expect({ ...plan, unknown: [] }).toEqual(whole);
});

test('every line says what it says', () => {
  expect(whole).toMatchObject({
    format: 'text',
    analyzed: true,
    cut: false,
    unknown: [],
    planningMs: 0.206,
    executionMs: 99.951,
  });
  expect(whole!.nodes.map(({ path, type }) => `${path} ${type}`)).toEqual([
    '0 Limit',
    '0.0 Sort',
    '0.0.0 Nested Loop',
    '0.0.0.0 Seq Scan',
    '0.0.0.1 Index Scan',
  ]);
  const [, sort, , scan, index] = whole!.nodes;
  expect(sort).toMatchObject({
    sortKeys: ['o.created_at DESC', '(COALESCE(o.a, o.b))'],
    actual: {
      sort: { method: 'external merge', kind: 'Disk', kilobytes: 1234 },
      buffers: { hit: 32, read: 4393, tempRead: 10, tempWritten: 20 },
      ownMs: 6.808,
    },
  });
  expect(scan).toMatchObject({
    relation: { schema: '', name: 'orders' },
    alias: 'o',
    conditions: { filter: "(status = 'open'::text)" },
    actual: { removedByFilter: 449_880, totalMs: 71.334 },
  });
  expect(index).toMatchObject({
    under: 'Inner',
    index: 'c_pkey',
    actual: { loops: 0, totalRows: 0, ownMs: 0 },
  });
});

const json = JSON.stringify(
  [
    {
      Plan: {
        'Node Type': 'Seq Scan',
        'Relation Name': 't',
        Alias: 't',
        'Startup Cost': 0,
        'Total Cost': 5.5,
        'Plan Rows': 3,
        'Plan Width': 4,
        Filter: "(a = '+'::text)",
      },
      'Planning Time': 0.5,
    },
  ],
  undefined,
  2,
);
const yaml = `- Plan:
    Node Type: "Seq Scan"
    Parallel Aware: false
    Relation Name: "t"
    Alias: "t"
    Startup Cost: 0.00
    Total Cost: 5.50
    Plan Rows: 3
    Plan Width: 4
    Filter: "(a = '+'::text)"
  Planning Time: 0.500`;

test.each([
  ['JSON', json],
  ['YAML', yaml],
])("%s in psql's table with signs of continuation", (_name, given) => {
  const padded = given
    .split('\n')
    .map((line, i, all) => ` ${line.padEnd(60)}${i < all.length - 1 ? '+' : ''}`);
  const [plan, ...more] = plans.read(` QUERY PLAN\n${'-'.repeat(62)}\n${padded.join('\n')}\n(1 row)\n`);
  expect(more).toEqual([]);
  expect(plan).toMatchObject({
    planningMs: 0.5,
    cut: false,
    root: { type: 'Seq Scan', totalCost: 5.5, conditions: { filter: "(a = '+'::text)" } },
  });
});

test('plans of a log, in each format, between other lines', () => {
  const log = `2026-11-20 10:00:00 UTC [77] LOG:  connection received: host=[local]
2026-11-20 10:00:01 UTC [77] LOG:  duration: 99.951 ms  plan:
\tQuery Text: SELECT *
\t  FROM orders
\tQuery Parameters: $1 = 'open'
\tSeq Scan on orders  (cost=0.00..10.50 rows=90 width=44) (actual time=0.017..71.334 rows=50120 loops=1)
\t  Filter: (status = $1)
\t  Rows Removed by Filter: 5
2026-11-20 10:00:02 UTC [77] LOG:  duration: 3.5 ms  plan:
\t{
\t  "Query Text": "SELECT 1",
\t  "Plan": {
\t    "Node Type": "Result",
\t    "Total Cost": 0.01
\t  }
\t}
2026-11-20 10:00:03 UTC [77] ERROR:  relation "x" does not exist
2026-11-20 10:00:04 UTC [77] LOG:  duration: 7.25 ms  plan:
\tQuery Text: "SELECT 2"
\tPlan:
\t  Node Type: "Result"
\t  Total Cost: 0.01
2026-11-20 10:00:05 UTC [77] LOG:  disconnection: session time: 0:00:05
`;
  expect(
    plans
      .read(log)
      .map(({ format, queryText, executionMs, nodes }) => [format, queryText, executionMs, nodes.length]),
  ).toEqual([
    ['text', 'SELECT *\nFROM orders', 99.951, 1],
    ['json', 'SELECT 1', 3.5, 1],
    ['yaml', 'SELECT 2', 7.25, 1],
  ]);
});

test('plans of a log in JSON and in CSV', () => {
  const message = `duration: 3.5 ms  plan:\n${json.replace(/^\[|\]$/g, '')}`;
  const entry = JSON.stringify({ timestamp: '2026-11-20', error_severity: 'LOG', message });
  const csv = `2026-11-20,"u","d",77,"[local]",1,LOG,00000,"${message.replaceAll('"', '""')}",,,,,,,,,"psql","client backend",,0`;
  for (const log of [entry, csv])
    expect(plans.read(log)).toMatchObject([{ executionMs: 3.5, planningMs: 0.5, root: { totalCost: 5.5 } }]);
});

test('several plans in one text', () => {
  const found = plans.read(`-- first\n${text}\n\n-- second\n${text}\n\n${json}\n${yaml}\n`);
  expect(found.map(({ format, nodes }) => [format, nodes.length])).toEqual([
    ['text', 5],
    ['text', 5],
    ['json', 1],
    ['yaml', 1],
  ]);
});

test('a text that ends anywhere is read as far as it goes, and says so wherever a step or its figures are missing', () => {
  for (let end = lines[0]!.length; end < text.indexOf('(never'); end += 3) {
    const [plan] = plans.read(text.slice(0, end));
    expect(plan!.cut, text.slice(0, end)).toBe(true);
    for (const [i, node] of plan!.nodes.entries())
      if (i < plan!.nodes.length - 1) expect(node.type).toBe(whole!.nodes[i]!.type);
  }
  for (const end of [yaml.indexOf('Plan Rows'), yaml.indexOf('Total Cost') + 3])
    expect(plans.read(yaml.slice(0, end))[0]!.cut).toBe(true);
});

test('a node and a line that a newer server prints are kept and named', () => {
  const [plan] = plans.read(`Turbo Scan on t  (cost=0.00..5.50 rows=3 width=4)
  Prefetch Depth: 7
  Filter: (a = 1)`);
  expect(plan!.unknown).toEqual(['Prefetch Depth', 'Turbo Scan on t']);
  expect(plan!.root).toMatchObject({
    type: 'Turbo Scan on t',
    conditions: { filter: '(a = 1)' },
    fields: { 'Prefetch Depth': '7' },
  });
});
