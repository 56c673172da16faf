import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import type { KeptIssue } from '../../src/tracker/jira/fake/model.ts';
import { publication, publishTo, states, workflow, writes, type Site } from './publish-words.ts';

let site: Site;
let issue: KeptIssue;
beforeEach(async () => {
  issue = { key: 'KAN-29', summary: 'Keep notes', description: null };
  site = { fake: await fakeJira({ issues: [issue], workflow }), waits: [], events: [] };
});
afterEach(() => site.fake.close());

const told = publication({ state: 'In Review' });

describe('states', () => {
  const state = async (wanted: string, jira = {}): Promise<string> => {
    const { parts } = await publishTo(site, publication({ state: wanted }), jira);
    const { did: outcome, note } = parts.find(({ what }) => what === 'state')!;
    return `${outcome}: ${note ?? ''}`;
  };
  const fresh = async (given: Partial<KeptIssue>, ways = workflow): Promise<void> => {
    await site.fake.close();
    issue = { key: 'KAN-29', summary: 'Keep notes', description: null, ...given };
    site = { ...site, fake: await fakeJira({ issues: [issue], workflow: ways }) };
  };

  test('directly by name, whatever the transition is called', async () => {
    expect(await state('in progress')).toBe('updated: from To Do');
    expect(issue.status?.name).toBe('In Progress');
  });

  test('by category where no state has the name, and not where several are of it', async () => {
    await fresh({ status: states.review }, [
      { id: '1', name: 'Ready', to: { id: '7', name: 'Selected', category: 'new' } },
    ]);
    expect(await state('To Do')).toBe('updated: from In Review');
    await fresh({}, [
      { id: '1', name: 'A', to: states.review },
      { id: '2', name: 'B', to: states.blocked },
    ]);
    expect(await state('indeterminate')).toBe(
      'left-alone: several states are of this category: In Review, Blocked',
    );
    expect(issue.status).toBeUndefined();
  });

  test('over one state between; from a dead end it goes back', async () => {
    await fresh({}, [
      { id: '1', name: 'Block', from: ['To Do'], to: states.blocked },
      { id: '2', name: 'Unblock', from: ['Blocked'], to: { id: '10003', name: 'To Do', category: 'new' } },
      { id: '3', name: 'Start', from: ['To Do'], to: states.progress },
      { id: '4', name: 'Review', from: ['In Progress'], to: states.review },
    ]);
    expect(await state('In Review')).toBe('updated: from To Do over In Progress');
    expect(writes(site).filter((each) => each.endsWith('transitions'))).toHaveLength(4);
  });

  test('that the project does not have moves nothing, and those that it has are named', async () => {
    expect(await state('Released')).toBe(
      'left-alone: the project has no such state; it has To Do, In Progress, In Review, Done',
    );
    expect(writes(site).filter((each) => each.endsWith('transitions'))).toHaveLength(0);
    expect(issue.status).toBeUndefined();
  });

  test('that cannot be reached is told, the issue is where it was, and a second time nothing is tried', async () => {
    expect(await state('Done', { mayFinish: true })).toBe(
      'left-alone: no way leads there from To Do, only to In Progress, and none leads there from these',
    );
    expect(issue.status?.name).toBe('To Do');
    const before = writes(site).length;
    expect(await state('Done', { mayFinish: true })).toBe(
      'left-alone: no way leads there from To Do, only to In Progress',
    );
    expect(writes(site)).toHaveLength(before);
  });

  test('behind a form are left to a person, with what it demands', async () => {
    await fresh({}, [
      {
        id: '1',
        name: 'Review',
        to: states.review,
        demands: { customfield_1: 'Reviewer', customfield_2: 'Risk' },
      },
    ]);
    expect(await state('In Review')).toBe(
      'left-alone: the transition "Review" demands Reviewer, Risk, which a person has to fill in',
    );
  });

  test('of the category done are never taken unless that is configured, and never left', async () => {
    await fresh({ status: states.review });
    expect(await state('Done')).toBe(
      'left-alone: Done is a state of the category done, and `jira.finish: allowed` is not configured',
    );
    expect(issue.status?.name).toBe('In Review');
    expect(await state('Done', { mayFinish: true })).toBe('updated: from In Review');
    expect(issue.status?.name).toBe('Done');
    expect(await state('In Review')).toBe('left-alone: the issue is Done');
  });

  test('that a person left since are not forced again with the same publication', async () => {
    await publishTo(site, told);
    issue.status = states.progress;
    const again = await publishTo(site, told);
    expect(again.parts.find(({ what }) => what === 'state')).toMatchObject({
      did: 'unchanged',
      note: 'it was reached with this publication and is In Progress since',
    });
    expect(issue.status).toBe(states.progress);
  });
});
