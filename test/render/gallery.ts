import type { Block, Claim, Report } from '../../src/report/model.ts';

/** Text that tries to act on what shows it: HTML, Markdown, terminal escapes, reordering and hidden characters. */
export const hostile =
  '<script>alert("x")</script> | **bold** `tick` [link](javascript:1) @everyone #1 \u001B[31mred\u001B[0m \u001B]0;title\u0007 \u202Etxt.exe\u202C \u200Bzero\u0000 نص 漢字 é';

const claims: readonly Claim[] = [
  {
    id: 'E1',
    kind: 'entity',
    says: 'One thing a user did on the dashboard',
    verdict: 'proven',
    because:
      'The table `analytics_events` exists after up with every declared column, and is gone after down.',
    evidence: [
      {
        basis: 'measured',
        text: 'Read back by the witness: 5 columns, 2 checks, 1 foreign key',
        shown: "SELECT * FROM pg_class WHERE relname = 'analytics_events'",
      },
    ],
  },
  {
    id: 'L1',
    kind: 'relation',
    says: 'Each event belongs to a user',
    verdict: 'proven',
    because: 'An orphan was rejected and a deleted user took their 12 events along.',
    evidence: [{ basis: 'measured', text: 'Foreign key `analytics_events_user_id_fkey`, ON DELETE CASCADE' }],
  },
  {
    id: 'R1',
    kind: 'rule',
    says: 'An event type is never blank',
    verdict: 'proven',
    because: '1 row was accepted, 2 rows were rejected by the constraint of this rule.',
    evidence: [
      {
        basis: 'measured',
        text: 'Rejected: blanks only',
        shown: "INSERT INTO analytics_events (user_id, event_type) VALUES (1, '  ')",
      },
    ],
  },
  {
    id: 'Q1',
    kind: 'access',
    says: 'Events per user, type and day, last 30 days, the first hundred',
    verdict: 'missed',
    because: 'The 95th percentile at the declared volume is 4.2 s, the target is 2 s.',
    evidence: [
      {
        basis: 'measured',
        text: '12 calls at 2 a minute, p95 between 4.1 s and 6 s',
        shown:
          'SELECT u.email, count(*) AS events -- 30 days\nFROM analytics_events ae JOIN users u ON u.id = ae.user_id\nGROUP BY 1 LIMIT 100',
      },
      { basis: 'derived', text: 'At the horizon: 8 to 12 s' },
    ],
  },
  {
    id: 'Q4',
    kind: 'access',
    says: 'The first page of the dashboard, the last 30 days of a user',
    verdict: 'proven',
    because: 'The 95th percentile is 3.1 ms at 20 calls a second, the target is 20 ms.',
    evidence: [{ basis: 'measured', text: '600 calls, p95 3.1 ms (2.9 to 3.4 ms), 5 buffers a call' }],
  },
  {
    id: 'V1',
    kind: 'volume',
    says: '14.6M events in a year',
    verdict: 'waived',
    because: 'Waived by Ada Example until the disk is larger.',
    evidence: [{ basis: 'derived', text: '1.9 GB of table and 0.7 GB of indexes, ± 8 %' }],
  },
  {
    id: 'A2',
    kind: 'checklist',
    says: 'Backup and restore',
    verdict: 'not-proven',
    because: 'The procedure was rehearsed; your own backup was not restored.',
    evidence: [{ basis: 'assumed', text: 'Your backup holds what the server says it holds' }],
  },
  {
    id: 'X1',
    kind: 'change',
    says: hostile,
    verdict: 'proven',
    because: hostile,
    evidence: [{ basis: 'assumed', text: hostile, shown: hostile }],
  },
];

const blocks: readonly Block[] = [
  {
    id: 'facts',
    title: 'At a glance',
    kind: 'facts',
    facts: [
      { label: 'Longest stall of any query', value: '38 ms', basis: 'measured', tone: 'good' },
      { label: 'Strongest lock', value: 'SHARE UPDATE EXCLUSIVE', basis: 'measured' },
      { label: 'Tables rewritten', value: 'none', basis: 'measured', tone: 'good' },
      { label: 'Rows on the twin', value: '1M', basis: 'measured' },
      { label: 'Disk in a year', value: '2.6 GB', basis: 'derived' },
      { label: 'Rows a day', value: '40k', basis: 'assumed', tone: 'bad' },
    ],
  },
  {
    id: 'request',
    title: 'The task',
    kind: 'text',
    text: `Track what users do on the dashboard.\nKeep events for six months.\n\nAnother paragraph with \`code\` and ${hostile}`,
  },
  {
    id: 'output',
    title: 'What the command printed',
    kind: 'code',
    language: '',
    text: `Batch 1 run:\n    two migrations, indented\n\`\`\`\n${hostile}`,
  },
  {
    id: 'locks',
    title: 'Locks and stalls, statement by statement',
    kind: 'steps',
    steps: [
      {
        sql: 'CREATE TABLE analytics_events (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  user_id bigint NOT NULL\n)',
        phase: 'expand',
        locks: [{ relation: 'public.analytics_events', mode: 'ACCESS EXCLUSIVE' }],
        rewrites: [],
        scans: [],
        ms: 4.2,
        walBytes: 21_504,
        stallMs: 0.4,
        note: 'Nobody uses the new table yet.',
      },
      {
        sql: 'ALTER TABLE analytics_events ADD CONSTRAINT analytics_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID',
        phase: 'expand',
        locks: [
          { relation: 'public.analytics_events', mode: 'SHARE ROW EXCLUSIVE' },
          { relation: 'public.users', mode: 'SHARE ROW EXCLUSIVE' },
        ],
        rewrites: [],
        scans: [],
        ms: 1.1,
        stallMs: 38,
      },
      {
        sql: 'VACUUM (ANALYZE) users',
        phase: 'backfill',
        locks: [{ relation: 'public.users', mode: 'SHARE UPDATE EXCLUSIVE' }],
        rewrites: [],
        scans: ['public.users read'],
        ms: 1250,
      },
      {
        sql: `ALTER TABLE "weird ${hostile}" ALTER COLUMN a TYPE bigint`,
        phase: 'contract',
        locks: [],
        rewrites: ['public.users'],
        scans: [],
        ms: 65_000,
        walBytes: 734_003_200,
        stallMs: 64_900,
        note: hostile,
      },
    ],
  },
  {
    id: 'queries',
    title: 'Queries before and after',
    kind: 'bars',
    unit: 'ms',
    bars: [
      { label: 'Q1 events per day', before: 6100, after: 4200, target: 2000 },
      { label: 'Q2 latest events', before: 190, after: 0.8, target: 20 },
      { label: `Q3 ${hostile}`, after: 1.4, target: 10 },
      { label: 'Q4 first page', before: 41, after: 3.1 },
    ],
    note: '95th percentile at the declared rate.',
  },
  {
    id: 'indexes',
    title: 'Indexes tried',
    kind: 'table',
    columns: [
      { title: 'Index', code: true },
      { title: 'Kept' },
      { title: 'Saves a day', align: 'right' },
      { title: 'Bytes', align: 'right' },
    ],
    rows: [
      ['analytics_events (user_id, created_at)', { text: 'kept', tone: 'good' }, '3.2 h', 41_943_040],
      ['analytics_events (event_type)', { text: 'dropped', tone: 'bad' }, '2 s', 14_680_064],
      [hostile, { text: 'a|b', tone: 'plain' }, '0 s', 0],
    ],
    note: 'Kept if a target needs it or if it saves more than it costs.',
  },
  {
    id: 'sql',
    title: 'SQL',
    kind: 'sql',
    files: [
      {
        path: 'up/01-expand.sql',
        sql: "-- E1: One thing a user did\nCREATE TABLE analytics_events (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  event_type text NOT NULL CHECK (btrim(event_type) <> ''),\n  created_at timestamptz NOT NULL DEFAULT now()\n);\n\nCOMMENT ON TABLE analytics_events IS $$One thing a user's mouse did$$;\n",
        note: 'Adds, disturbs nobody',
      },
      { path: 'down/01-expand.sql', sql: `DROP TABLE analytics_events; /* ${hostile} */` },
    ],
  },
  {
    id: 'diagram',
    title: 'Changed tables and their neighbours',
    kind: 'diagram',
    svg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 80" width="320" height="80"><title>users and analytics_events</title><g fill="none" stroke="currentColor"><rect x="10" y="20" width="110" height="40" rx="6"/><rect x="190" y="20" width="120" height="40" rx="6"/><path d="M120 40h70"/></g><g fill="currentColor" font-size="13" text-anchor="middle"><text x="65" y="45">users</text><text x="250" y="45">analytics_events</text></g></svg>',
    mermaid: 'erDiagram\n  users ||--o{ analytics_events : ""',
  },
  {
    id: 'hostile-diagram',
    title: 'A drawing that is shown as a picture',
    kind: 'diagram',
    svg: '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><style>body{display:none}</style></svg>',
    mermaid: 'erDiagram\n  "</pre><script>" {\n  }',
  },
  {
    id: 'files',
    title: 'Files',
    kind: 'files',
    files: [
      { path: 'up/01-expand.sql', what: 'the change' },
      { path: 'report.json', what: hostile },
    ],
  },
];

/** A report with every kind of block and claim, ordinary and hostile. */
export const gallery: Report = {
  schema: 'dbd.report/1',
  command: 'task',
  verdict: 'failed',
  headline: 'One target is missed: Q1 takes 4.2 s at the declared volume, twice what was asked for.',
  title: 'KAN-29 Dashboard analytics',
  claims,
  findings: [
    {
      rule: 'index-built-with-lock',
      severity: 'warning',
      place: 'migrations/0007.sql:3',
      message: 'Writes to `orders` wait while the index is built.',
      why: 'A plain CREATE INDEX holds a SHARE lock until it is done.',
      instead: 'Build it CONCURRENTLY, outside a transaction.',
      fix: 'CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);',
    },
    { rule: 'target-missed', severity: 'error', place: 'Q1', message: 'The target of 2 s is missed.' },
    {
      rule: 'hostile',
      severity: 'info',
      place: hostile,
      message: hostile,
      why: hostile,
      instead: hostile,
      fix: hostile,
    },
  ],
  blocks,
  next: [
    { command: 'dbd task KAN-29.md --scale 1', why: 'measures at the full volume' },
    { command: hostile, why: hostile },
  ],
  meta: {
    dbd: '0.1.0',
    server: 'PostgreSQL 18.4, bundled',
    at: '2026-11-20T12:40:00.000Z',
    ms: 41_800,
    machine: '2 × Example CPU, 24 GB',
    limits: ['Rows were generated; they cannot prove what your data holds.', hostile],
  },
  output: { folder: 'dbd-demo' },
};

/** The same report when everything holds. */
export const proven: Report = {
  ...gallery,
  verdict: 'proven',
  headline: 'Every claim of the task holds.',
  claims: claims.filter((claim) => claim.verdict === 'proven' && claim.id !== 'X1'),
  findings: [],
  blocks: blocks.filter((block) => block.id === 'facts' || block.id === 'files'),
  next: [],
  meta: { ...gallery.meta, limits: [] },
};
