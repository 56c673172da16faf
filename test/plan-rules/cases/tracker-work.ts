import type { PlanCase } from '../model.ts';
import { casesOf } from './of.ts';

const loopsOnly = { enable_hashjoin: 'off', enable_mergejoin: 'off' };

/** Questions to the tracker: memory, workers, planning, and what the server counted. */
export const trackerWork: readonly PlanCase[] = casesOf('tracker', {
  'sort of issues on disk': [
    `SELECT id, title FROM issues ORDER BY title`,
    ['sort-on-disk'],
    { settings: { work_mem: '1MB', max_parallel_workers_per_gather: '0' }, also: [14] },
  ],
  'sort of comments on disk': [
    `SELECT author_id, body FROM comments ORDER BY body DESC`,
    ['sort-on-disk'],
    { settings: { work_mem: '2MB', max_parallel_workers_per_gather: '0' }, may: ['excessive-result'] },
  ],
  'sort of users': [`SELECT * FROM users ORDER BY login`, [], { near: 'sort-on-disk' }],
  'sort of issues in memory': [
    `SELECT id, title FROM issues ORDER BY title`,
    [],
    { settings: { work_mem: '64MB', max_parallel_workers_per_gather: '0' }, near: 'sort-on-disk' },
  ],
  'groups on disk': [
    `SELECT issue_id, count(*), max(body) FROM comments GROUP BY issue_id`,
    ['aggregate-on-disk'],
    {
      settings: { work_mem: '1MB', enable_sort: 'off', max_parallel_workers_per_gather: '0' },
      may: ['planner-switch', 'undersampled-distinct'],
      also: [14],
    },
  ],
  'groups of authors': [
    `SELECT author_id, count(*), max(body) FROM comments GROUP BY author_id`,
    [],
    { near: 'aggregate-on-disk' },
  ],
  'rows numbered on disk': [
    `SELECT sum(n) FROM (SELECT id, count(*) OVER () AS n, body FROM comments) x`,
    ['rows-kept-on-disk'],
    { settings: { work_mem: '1MB', max_parallel_workers_per_gather: '0' } },
  ],
  'rows numbered': [
    `SELECT sum(n) FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM users) x`,
    [],
    { near: 'rows-kept-on-disk' },
  ],
  'rows of a CTE on disk, before 18': [
    `WITH c AS MATERIALIZED (SELECT issue_id, body FROM comments) SELECT count(*) FROM c a WHERE a.issue_id IN (SELECT issue_id FROM c WHERE issue_id < 100)`,
    ['temporary-files'],
    {
      settings: { work_mem: '512kB', max_parallel_workers_per_gather: '0' },
      majors: [14, 16],
      may: ['cte-fence', 'row-misestimate', 'hash-in-batches'],
    },
  ],
  'rows of a CTE in memory': [
    `WITH c AS MATERIALIZED (SELECT id, login FROM users) SELECT count(*) FROM c a JOIN c b USING (id)`,
    [],
    { near: 'temporary-files', may: ['row-misestimate'], also: [14] },
  ],
  'texts compiled': [
    `SELECT count(*) FROM issues i JOIN users u ON u.id = i.author_id WHERE i.priority < 50 AND u.active`,
    ['jit-cost'],
    {
      settings: {
        jit: 'on',
        jit_above_cost: '10',
        jit_inline_above_cost: '10',
        jit_optimize_above_cost: '10',
        max_parallel_workers_per_gather: '0',
      },
      majors: [15],
    },
  ],
  'texts not compiled': [
    `SELECT count(*) FROM issues i JOIN users u ON u.id = i.author_id WHERE i.priority < 50 AND u.active`,
    [],
    { settings: { jit: 'on', max_parallel_workers_per_gather: '0' }, near: 'jit-cost' },
  ],
  'a switch that is off': [
    `SELECT * FROM issues WHERE id = 77`,
    ['planner-switch'],
    {
      settings: { enable_indexscan: 'off', enable_bitmapscan: 'off' },
      may: ['full-scan-for-few-rows'],
      also: [14],
    },
  ],
  'costs of a fast disk': [
    `SELECT * FROM issues WHERE id = 77`,
    [],
    { settings: { random_page_cost: '1.1', effective_cache_size: '1GB' }, near: 'planner-switch' },
  ],
  'merge of comments and worklogs': [
    `SELECT count(*) FROM issues i JOIN worklogs w ON w.issue_code = i.code`,
    ['merge-join-that-sorts'],
    {
      settings: {
        enable_hashjoin: 'off',
        enable_nestloop: 'off',
        max_parallel_workers_per_gather: '0',
        work_mem: '64MB',
      },
      may: ['planner-switch', 'sort-on-disk'],
    },
  ],
  'merge of issues and comments by text': [
    `SELECT count(*) FROM issues i JOIN comments c ON c.body = i.title`,
    ['merge-join-that-sorts'],
    {
      settings: {
        enable_hashjoin: 'off',
        enable_nestloop: 'off',
        max_parallel_workers_per_gather: '0',
        work_mem: '64MB',
      },
      may: ['row-misestimate', 'sort-on-disk', 'wide-rows'],
    },
  ],
  'merge in the order of keys': [
    `SELECT count(*) FROM issues i JOIN watchers w ON w.issue_id = i.id`,
    [],
    {
      settings: { enable_hashjoin: 'off', enable_nestloop: 'off', max_parallel_workers_per_gather: '0' },
      may: ['planner-switch'],
      near: 'merge-join-that-sorts',
    },
  ],
  'a cache that is too small': [
    `SELECT count(i.title) FROM comments c JOIN issues i ON i.id = c.issue_id WHERE c.id < 60000`,
    ['memoize-thrash'],
    {
      settings: { ...loopsOnly, work_mem: '64kB', max_parallel_workers_per_gather: '0' },
      may: ['planner-switch', 'row-misestimate'],
      also: [15],
      before: [
        `UPDATE pg_statistic SET stadistinct = 500 WHERE starelid = 'comments'::regclass AND staattnum = 2`,
      ],
    },
  ],
  'a cache that fits': [
    `SELECT count(u.login) FROM comments c JOIN users u ON u.id = c.author_id WHERE c.id < 20000`,
    [],
    {
      settings: { ...loopsOnly, max_parallel_workers_per_gather: '0' },
      may: ['planner-switch'],
      near: 'memoize-thrash',
    },
  ],
  'issues in one state and phase': [
    `SELECT count(*) FROM (SELECT i.id, c.id FROM issues i JOIN comments c ON c.issue_id = i.id WHERE i.project_id = 7 AND i.state = 'done' AND i.phase = 'd') x`,
    [],
    { near: 'correlated-columns', may: ['row-misestimate', 'scattered-rows', 'correlated-columns'] },
  ],
  'ten tables by hand': [
    `SELECT count(*) FROM comments c JOIN issues i ON i.id = c.issue_id JOIN users a ON a.id = i.author_id JOIN users s ON s.id = i.assignee_id JOIN projects p ON p.id = i.project_id JOIN teams t ON t.id = p.team_id JOIN users cu ON cu.id = c.author_id JOIN teams ct ON ct.id = cu.team_id JOIN watchers w ON w.issue_id = i.id JOIN users wu ON wu.id = w.user_id WHERE w.user_id = 77`,
    ['collapse-limit'],
    {
      settings: { max_parallel_workers_per_gather: '0' },
      may: ['row-misestimate', 'hash-in-batches', 'planning-dominates'],
      cure: { settings: { join_collapse_limit: '20', from_collapse_limit: '20' } },
    },
  ],
  'four tables': [
    `SELECT count(*) FROM issues i JOIN users a ON a.id = i.author_id JOIN projects p ON p.id = i.project_id JOIN teams t ON t.id = p.team_id WHERE t.name = 'Team 7'`,
    [],
    { may: ['possible-index-only-scan'], near: 'collapse-limit' },
  ],
  'documents whole, in order': [
    `SELECT * FROM documents ORDER BY rank`,
    ['wide-rows'],
    { may: ['sort-on-disk'], settings: { max_parallel_workers_per_gather: '0' } },
  ],
  'documents in order, not run': [`SELECT * FROM documents ORDER BY rank`, ['wide-rows'], { plain: true }],
  'titles in order': [
    `SELECT title FROM documents ORDER BY rank`,
    [],
    { near: 'wide-rows', may: ['scattered-rows'] },
  ],
  'best documents': [
    `SELECT id FROM documents ORDER BY rank LIMIT 10`,
    [],
    { near: 'excessive-result', may: ['sort-for-few-rows', 'scattered-rows'] },
  ],
  'comments that are cold': [
    `SELECT count(body) FROM comments`,
    [],
    { near: 'cold-read', may: ['excessive-result'] },
  ],
  'planning of many joins': [
    `SELECT t.name FROM teams t JOIN projects p1 ON p1.team_id = t.id JOIN projects p2 ON p2.team_id = t.id JOIN projects p3 ON p3.team_id = t.id JOIN projects p4 ON p4.team_id = t.id JOIN users u1 ON u1.team_id = t.id JOIN users u2 ON u2.team_id = t.id JOIN users u3 ON u3.team_id = t.id JOIN users u4 ON u4.team_id = t.id JOIN users u5 ON u5.team_id = t.id WHERE t.id = 7 AND p1.id = 6 AND p2.id = 46 AND p3.id = 86 AND p4.id = 126 AND u1.id = 6 AND u2.id = 46 AND u3.id = 86 AND u4.id = 126 AND u5.id = 166`,
    ['planning-dominates'],
    { settings: { join_collapse_limit: '16', from_collapse_limit: '16', geqo: 'off' } },
  ],
  'planning of one table': [`SELECT name FROM teams WHERE id = 7`, [], { near: 'planning-dominates' }],
  'workers that are not there': [
    `SELECT sum(length(body)) FROM comments`,
    ['missing-workers'],
    {
      settings: {
        max_parallel_workers: '1',
        max_parallel_workers_per_gather: '2',
        min_parallel_table_scan_size: '0',
        parallel_setup_cost: '0',
        parallel_tuple_cost: '0',
      },
      also: [15],
    },
  ],
  'workers that are there': [
    `SELECT sum(length(body)) FROM comments`,
    [],
    {
      settings: {
        max_parallel_workers_per_gather: '1',
        min_parallel_table_scan_size: '0',
        parallel_setup_cost: '0',
        parallel_tuple_cost: '0',
      },
      near: 'missing-workers',
      may: ['worker-skew'],
    },
  ],
  'issues by their author, one by one': [
    `SELECT title FROM issues WHERE id = 4711`,
    ['query-per-row'],
    {
      counters: { calls: 48_000, meanMs: 0.05, deviationMs: 0.02 },
      statements: [
        { sql: 'SELECT id FROM issues WHERE project_id = $1', calls: 120, rows: 48_000 },
        { sql: 'SELECT 1', calls: 9, rows: 9 },
      ],
    },
  ],
  'issues asked for often': [
    `SELECT title FROM issues WHERE id = 4711`,
    [],
    {
      counters: { calls: 48_000, meanMs: 0.05, deviationMs: 0.02 },
      statements: [{ sql: 'SELECT id FROM issues WHERE project_id = $1', calls: 40_000, rows: 900_000 }],
      near: 'query-per-row',
    },
  ],

  'an author like the others': [
    `SELECT title FROM issues WHERE author_id = 5 AND project_id = 7`,
    [],
    {
      otherValues: `SELECT title FROM issues WHERE author_id = 9 AND project_id = 8`,
      near: 'skewed-parameter',
      may: ['rows-filtered-after-index', 'full-scan-for-few-rows', 'scattered-rows'],
    },
  ],
  'comments of a busy author by a generic plan': [
    `SELECT id FROM issues WHERE closed_at > '2023-08-13' AND project_id > 0`,
    [],
    { near: 'generic-plan-cost', may: ['full-scan-for-few-rows'] },
  ],

  'a generic plan that is as good': [
    `SELECT title FROM issues WHERE id = 7`,
    [],
    { generic: 'SELECT title FROM issues WHERE id = $1', near: 'generic-plan-cost' },
  ],
});
