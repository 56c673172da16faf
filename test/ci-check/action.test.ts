import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { newKeys } from '../../src/evidence/keys.ts';
import { scratch, type Scratch } from '../branch/ground.ts';
import { action, parses, root, runAction, runner, type Ran } from './workflow.ts';

const users =
  'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);\n';
const folder = 'changes/20261121T0900-email';
let at: Scratch;
let machine: ReturnType<typeof runner>;

beforeEach(() => {
  at = scratch();
  machine = runner();
  at.commit('base', { 'changes/20261101T0900-users/up/01-expand.sql': users });
});
afterEach(() => {
  at.remove();
  machine.remove();
});

/** A pull request as the runner checks it out: the merge commit, with the branches of the base as remote ones. */
function pullRequest(branch: string, title: string, files: Readonly<Record<string, string>>): object {
  at.git('checkout', '--quiet', '-b', branch);
  const head = at.commit('work', files);
  at.git('update-ref', 'refs/remotes/origin/main', 'main');
  at.git('checkout', '--quiet', '--detach', 'main');
  at.git('merge', '--quiet', '--no-edit', branch);
  return { pull_request: { title, head: { ref: branch, sha: head }, base: { ref: 'main' } } };
}

const run = (payload: object, inputs: Readonly<Record<string, string>> = {}, event = 'pull_request'): Ran =>
  runAction({
    folder: at.folder,
    inputs: { quick: 'true', rows: '500', ...inputs },
    event,
    payload,
    env: {
      ...at.env,
      GITHUB_BASE_REF: 'main',
      GITHUB_HEAD_REF: String(
        (payload as { pull_request?: { head?: { ref?: string } } }).pull_request?.head?.ref ?? '',
      ),
    },
    ...machine,
  });

describe('the GitHub action', () => {
  it('reports a change that holds writers up, whatever the branch and its title are called', () => {
    const hostile = '$(touch${IFS}ran)`touch${IFS}ran`;touch${IFS}ran';
    const payload = pullRequest(hostile, '"; touch ran; echo "::error::x', {
      [`${folder}/up/01-expand.sql`]: 'CREATE INDEX users_name_idx ON users (name);\n',
      [`${folder}/down/01-expand.sql`]: 'DROP INDEX users_name_idx;\n',
    });
    const ran = run(payload);
    expect(ran.steps).toEqual(['inputs', 'install', 'check', 'report', 'verdict']);
    expect(ran.code).toBe(1);
    expect(ran.outputs).toMatchObject({ 'exit-code': '1', written: 'true' });
    expect(ran.printed).toMatch(
      new RegExp(
        `^::error file=${folder}/up/01-expand.sql,line=1,endLine=1,col=1,.*title=full-scan-blocks-writers::`,
        'm',
      ),
    );
    expect(ran.summary).toContain('full-scan-blocks-writers');
    expect(ran.summary.length).toBeLessThan(1024 * 1024);
    expect(existsSync(join(at.folder, 'ran'))).toBe(false);
    // Everything between is not taken for commands.
    const token = /^::stop-commands::(\S+)$/m.exec(ran.printed)![1]!;
    expect(ran.printed.split(`::${token}::`)).toHaveLength(2);
    expect(ran.npm.at(-1)).toBe(`database-developer@${action.inputs['version']!.default}`);
    expect(readFileSync(join(machine.temp, 'npm-folder'), 'utf8').trim()).toBe(join(machine.temp, 'dbd'));
  });

  it('signs with the key of the job, and leaves no key behind', () => {
    const payload = pullRequest('work', 'email', {
      [`${folder}/up/01-expand.sql`]: 'ALTER TABLE users ADD COLUMN email text;\n',
      [`${folder}/down/01-expand.sql`]: 'ALTER TABLE users DROP COLUMN email;\n',
    });
    const { privatePem } = newKeys();
    const ran = run(payload, { 'sign-key': privatePem.replaceAll('\n', String.raw`\n`) });
    const evidence = join(machine.temp, 'dbd-ci/evidence', folder, 'evidence.json');
    expect(JSON.parse(readFileSync(evidence, 'utf8'))).toMatchObject({
      signatures: [{ ci: { system: 'github' } }],
    });
    // No workload was given, so what waits beside it is open: that passes only where it is accepted.
    expect([ran.code, ran.outputs['verdict']]).toEqual([1, 'conditions']);
    expect(ran.printed).not.toContain('PRIVATE KEY');
    expect(ran.summary).not.toContain('PRIVATE KEY');
  });

  it.each([
    ['1', 'conditions', 'conditions', 0],
    ['1', 'conditions', 'proven', 1],
    ['1', 'failed', 'conditions', 1],
    ['0', 'proven', 'proven', 0],
    ['3', '', 'conditions', 3],
  ])('exit code %s and verdict %j, where %s is accepted, end with %i', (CODE, VERDICT, ACCEPT, code) => {
    const script = action.runs.steps.at(-1)!.run!;
    expect(spawnSync('bash', ['-e', '-c', script], { env: { CODE, VERDICT, ACCEPT } }).status).toBe(code);
  });

  it('refuses what would hand secrets to strangers, and inputs of the wrong form', () => {
    for (const [inputs, event] of [
      [{}, 'pull_request_target'],
      [{}, 'workflow_run'],
      [{ version: '1; touch ran' }, 'pull_request'],
      [{ version: '' }, 'pull_request'],
      [{ postgres: '18; touch ran' }, 'pull_request'],
      [{ quick: 'yes' }, 'pull_request'],
      [{ accept: 'all' }, 'pull_request'],
      [{ 'allow-code': 'true', 'sign-key': 'x' }, 'pull_request'],
    ] as const) {
      const ran = run({}, inputs, event);
      expect(ran.steps, JSON.stringify([inputs, event])).toEqual(['inputs']);
      expect(ran.code).toBe(2);
      expect(ran.printed).toMatch(/^::error title=dbd::/);
    }
  });

  it('says what is missing where there is no pull request, or the base was not fetched', () => {
    const none = runAction({ folder: at.folder, event: 'push', payload: {}, env: at.env, ...machine });
    expect([none.code, none.steps.at(-1)]).toEqual([2, 'check']);
    machine.remove();
    machine = runner();
    const shallow = run({ pull_request: { head: { sha: 'x; touch ran' } } });
    expect(shallow.code).toBe(2);
    expect(shallow.printed).toContain('fetch-depth: 0');
    expect(shallow.printed).toContain('could not be carried out (exit code 2)');
  });

  it('is pinned, of this version, and puts no expression into a shell', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(action.inputs['version']!.default).toBe(version);
    expect(action.runs.using).toBe('composite');
    for (const step of action.runs.steps) {
      if (step.uses) expect(step.uses).toMatch(/^[\w-]+(?:\/[\w-]+)+@[0-9a-f]{40}$/);
      if (step.run !== undefined) {
        expect(step.run).not.toContain('${{');
        expect(step.shell).toBe('bash');
        parses(step.run, 'bash');
      }
    }
    for (const [name, { description }] of Object.entries(action.inputs))
      expect(description, name).toMatch(/\S/);
    // What comes from an event reaches a shell by no other way than the event's file.
    expect(JSON.stringify(action)).not.toMatch(/github\.(?:event\.|head_ref|base_ref|ref_name)/);
  });
});

interface Job {
  readonly variables: Readonly<Record<string, string>>;
  readonly before_script: readonly string[];
  readonly script: readonly string[];
  readonly artifacts: { readonly reports: { readonly codequality: string } };
}

describe('the GitLab template', () => {
  const text = readFileSync(join(root, 'templates/dbd.gitlab-ci.yml'), 'utf8');
  const { dbd: job } = parse(text) as { readonly dbd: Job };

  it('reports a merge request as code quality, whatever its branches are called', () => {
    const hostile = 'a$(touch${IFS}ran)';
    at.git('branch', hostile);
    at.git('checkout', '--quiet', '-b', 'work');
    const sha = at.commit('work', {
      [`${folder}/up/01-expand.sql`]: 'CREATE INDEX users_name_idx ON users (name);\n',
      'notes.txt': 'x',
    });
    at.git('remote', 'add', 'origin', at.folder);
    const script = join(machine.temp, 'job.sh');
    writeFileSync(script, ['set -eo pipefail', ...job.before_script, ...job.script].join('\n'));
    const ran = spawnSync('bash', [script], {
      cwd: at.folder,
      encoding: 'utf8',
      env: {
        ...at.env,
        PATH: `${machine.path}:${at.env['PATH']!}`,
        GITLAB_CI: 'true',
        CI_PROJECT_DIR: at.folder,
        CI_COMMIT_SHA: sha,
        CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: '',
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: hostile,
        ...job.variables,
        DBD_OPTIONS: '--quick\n--rows=500\n\n--changes=changes',
      },
    });
    expect(ran.status, ran.stderr).toBe(1);
    expect(existsSync(join(at.folder, 'ran'))).toBe(false);
    const entries = JSON.parse(
      readFileSync(join(at.folder, job.artifacts.reports.codequality), 'utf8'),
    ) as object[];
    expect(entries).toContainEqual(
      expect.objectContaining({
        check_name: 'full-scan-blocks-writers',
        severity: 'critical',
        location: { path: `${folder}/up/01-expand.sql`, lines: { begin: 1, end: 1 } },
      }),
    );
    expect(readFileSync(join(at.folder, 'dbd-ci/note.md'), 'utf8')).toMatch(/^<!-- dbd ci -->\n# /);
  });

  it('is of this version, and its scripts are ones that sh takes', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(job.variables['DBD_VERSION']).toBe(version);
    for (const script of [...job.before_script, ...job.script]) parses(script, 'sh');
  });
});
