import type { PlanCase } from '../model.ts';
import { casesOf } from './of.ts';

const loopsOnly = { enable_hashjoin: 'off', enable_mergejoin: 'off' };

/** Questions to the tracker: what is read, and joins. */
export const trackerCases: readonly PlanCase[] = casesOf('tracker', {
  'comments of an issue': [
    `SELECT * FROM comments WHERE issue_id = 777`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON comments (issue_id)'] }, also: [14, 15, 17] },
  ],
  'issues of an author': [
    `SELECT id, title FROM issues WHERE author_id = 5`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON issues (author_id)'] } },
  ],
  'issue by code': [
    `SELECT * FROM issues WHERE code = 'ISS-777'`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON issues (code)'] } },
  ],
  'worklogs of an issue': [
    `SELECT sum(minutes) FROM worklogs WHERE issue_code = 'ISS-777'`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON worklogs (issue_code)'] } },
  ],
  'documents of an owner': [
    `SELECT id, title FROM documents WHERE owner_id = 7`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON documents (owner_id)'] } },
  ],
  'deletion of comments': [
    `DELETE FROM comments WHERE issue_id = 777`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON comments (issue_id)'] } },
  ],
  'teams by name': [`SELECT * FROM teams WHERE name = 'Team 7'`, [], { near: 'full-scan-for-few-rows' }],
  'user by login': [`SELECT * FROM users WHERE login = 'user77'`, [], { near: 'full-scan-for-few-rows' }],
  'issues that are closed': [
    `SELECT count(title) FROM issues WHERE closed_at IS NOT NULL`,
    [],
    { near: 'sparse-null-scan' },
  ],
  'issues that are open': [
    `SELECT id, title FROM issues WHERE closed_at IS NULL`,
    ['sparse-null-scan'],
    { cure: { first: ['CREATE INDEX ON issues (id) WHERE closed_at IS NULL'] } },
  ],
  'issues of nobody': [
    `SELECT count(*) FROM issues WHERE assignee_id IS NULL`,
    [],
    { near: 'sparse-null-scan' },
  ],
  'issues of a project in a state': [
    `SELECT id, title FROM issues WHERE project_id = 7 AND author_id = 5`,
    ['rows-filtered-after-index'],
    {
      may: ['full-scan-for-few-rows', 'scattered-rows'],
      cure: { first: ['CREATE INDEX ON issues (project_id, author_id)'] },
      majors: [14],
    },
  ],
  'issues of a project': [
    `SELECT id, title FROM issues WHERE project_id = 7 ORDER BY created_at DESC LIMIT 20`,
    ['ordered-scan-that-filters'],
    { cure: { first: ['CREATE INDEX ON issues (project_id, created_at)'] }, also: [14] },
  ],
  'issues by priority and author': [
    `SELECT id FROM issues WHERE priority = 7 AND author_id < 40`,
    [],
    { near: 'combined-indexes', may: ['rows-filtered-after-index', 'scattered-rows'] },
  ],
  'issues of two indexes': [
    `SELECT count(title) FROM issues WHERE priority < 8 AND assignee_id < 150`,
    ['combined-indexes'],
    {
      may: ['full-scan-for-few-rows', 'scattered-rows', 'row-misestimate'],
      settings: { enable_seqscan: 'off', enable_indexscan: 'off' },
      cure: {
        first: ['CREATE INDEX ON issues (priority, assignee_id) INCLUDE (title)'],
        settings: { enable_indexonlyscan: 'on', enable_indexscan: 'on' },
        gain: 1.3,
      },
      majors: [15, 18],
    },
  ],
  'comments by creation alone': [
    `SELECT count(*) FROM comments WHERE created_at >= '2022-03-01' AND created_at < '2022-03-02'`,
    ['many-index-descents'],
    {
      may: ['full-scan-for-few-rows'],
      settings: { enable_seqscan: 'off', max_parallel_workers_per_gather: '0' },
      cure: { first: ['CREATE INDEX ON comments (created_at)'] },
      also: [15],
    },
  ],
  'comments of an author by creation': [
    `SELECT count(*) FROM comments WHERE author_id = 77 AND created_at >= '2022-03-01'`,
    [],
    { near: 'many-index-descents' },
  ],
  'comments of some authors by creation': [
    `SELECT count(*) FROM comments WHERE author_id IN (5, 6, 7, 8) AND created_at >= '2022-03-01'`,
    [],
    { near: 'many-index-descents' },
  ],
  'priorities of some assignees': [
    `SELECT sum(priority) FROM issues WHERE assignee_id < 60`,
    ['possible-index-only-scan'],
    {
      cure: {
        first: ['DROP INDEX issues_assignee', 'CREATE INDEX ON issues (assignee_id) INCLUDE (priority)'],
        gain: 1.5,
      },
      may: ['scattered-rows'],
    },
  ],
  'issues of a time whole': [
    `SELECT * FROM issues WHERE created_at >= '2022-02-01' AND created_at < '2022-04-01'`,
    [],
    { near: 'possible-index-only-scan' },
  ],
  'issues of a time, number of': [
    `SELECT count(*) FROM issues WHERE created_at >= '2022-02-01' AND created_at < '2022-08-01'`,
    [],
    { near: 'index-only-scan-with-heap-reads' },
  ],
  'issues of a time, number of, after writing': [
    `SELECT count(*) FROM issues WHERE created_at >= '2022-02-01' AND created_at < '2022-08-01'`,
    ['index-only-scan-with-heap-reads'],
    {
      before: [
        `UPDATE issues SET priority = priority + 1 WHERE created_at >= '2022-01-20' AND created_at < '2022-08-01'`,
      ],
      may: ['row-misestimate', 'scattered-rows'],
      settings: { enable_seqscan: 'off', enable_bitmapscan: 'off', max_parallel_workers_per_gather: '0' },
    },
  ],
  'comments of each open issue': [
    `SELECT i.id, count(c.id) FROM issues i LEFT JOIN comments c ON c.issue_id = i.id WHERE i.closed_at IS NULL AND i.id < 20000 GROUP BY i.id`,
    [],
    { may: ['row-misestimate', 'full-scan-for-few-rows', 'sparse-null-scan'], near: 'unindexed-inner-side' },
  ],
  'comments of thirty issues, in loops': [
    `SELECT i.id, c.body FROM issues i LEFT JOIN comments c ON c.issue_id = i.id WHERE i.id BETWEEN 100 AND 130`,
    ['unindexed-inner-side'],
    {
      settings: { ...loopsOnly, max_parallel_workers_per_gather: '0' },
      may: ['temporary-files', 'rows-kept-on-disk', 'row-misestimate'],
      cure: { first: ['CREATE INDEX ON comments (issue_id)'] },
      also: [14],
    },
  ],
  'worklogs of issues of a moment': [
    `SELECT i.id, w.minutes FROM issues i LEFT JOIN worklogs w ON w.issue_code = i.code WHERE i.created_at BETWEEN '2022-02-01' AND '2022-02-01 05:00'`,
    ['unindexed-inner-side'],
    {
      settings: { ...loopsOnly, max_parallel_workers_per_gather: '0' },
      cure: { first: ['CREATE INDEX ON worklogs (issue_code)'] },
    },
  ],
  'issues of thirty users': [
    `SELECT u.login, i.title FROM users u JOIN issues i ON i.assignee_id = u.id WHERE u.id <= 30`,
    [],
    { near: 'unindexed-inner-side' },
  ],
  'users of teams': [
    `SELECT t.name, u.login FROM teams t JOIN users u ON u.team_id = t.id WHERE t.id < 3`,
    [],
    { near: 'unindexed-inner-side' },
  ],
  'comments of the newest issues, hashed': [
    `SELECT count(*) FROM issues i JOIN comments c ON c.issue_id = i.id WHERE i.created_at > '2022-06-01'`,
    [],
    { near: 'hash-in-batches', settings: { work_mem: '32MB' } },
  ],
  'comments and issues in batches': [
    `SELECT count(i.title), count(c.body) FROM issues i JOIN comments c ON c.issue_id = i.id`,
    ['hash-in-batches'],
    {
      settings: { work_mem: '512kB', max_parallel_workers_per_gather: '0' },
      also: [14, 16],
      may: ['merge-join-that-sorts', 'sort-on-disk'],
    },
  ],
  'worklogs in batches': [
    `SELECT sum(w.minutes) FROM worklogs w JOIN issues i ON i.code = w.issue_code WHERE i.body LIKE 'body%'`,
    ['hash-in-batches'],
    {
      settings: { work_mem: '256kB', max_parallel_workers_per_gather: '0' },
      may: ['merge-join-that-sorts', 'sort-on-disk', 'row-misestimate'],
    },
  ],
});
