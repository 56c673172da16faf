import { describe, expect, it } from 'vitest';
import { readGovernance, writeGovernance } from './governance.ts';

describe('facts at the end of a comment', () => {
  it('are written after the sentence and before what it cites', () => {
    const comment = writeGovernance({
      sentence: 'Address used to sign in',
      facts: { class: 'personal', purpose: 'sign-in', readers: ['app', 'support'] },
      cites: 'KAN-29 P1',
    });
    expect(comment).toBe(
      'Address used to sign in [class: personal; purpose: sign-in; readers: app, support] (KAN-29 P1)',
    );
    expect(readGovernance(comment)).toEqual({
      sentence: 'Address used to sign in',
      facts: { class: 'personal', purpose: 'sign-in', readers: ['app', 'support'] },
      cites: 'KAN-29 P1',
    });
  });

  it.each([
    {
      class: 'internal',
      owner: 'Team [A]; (B)',
      purpose: 'a \\ b ] c ; d: e',
      retention: '6 months, then delete',
    },
    { readers: ['a,b', 'c;d', 'e]"f', '\\', 'with space'] },
    { class: 'personal' },
    { owner: '研究 🙂' },
  ])('come back as they were: %j', (facts) => {
    for (const sentence of ['', 'One row [of many] per day', 'Ends with a bracket [see below]'])
      for (const cites of ['', 'T-1 E1'])
        expect(readGovernance(writeGovernance({ sentence, facts, cites }))).toEqual({
          sentence,
          facts,
          cites,
        });
  });

  it.each([
    undefined,
    '',
    'One person with an account',
    'Address [see the wiki]',
    'Address [deprecated]',
    'Address [class: personal; colour: red]',
    'Address [class: ]',
    'Address [class: a; class: b]',
    'Unfinished [class: personal',
  ])('are not found in %j', (comment) => {
    expect(readGovernance(comment)).toEqual({ sentence: comment ?? '', facts: {}, cites: '' });
  });

  it('leave a comment alone that has none', () => {
    expect(writeGovernance({ sentence: 'Plain', facts: {} })).toBe('Plain');
    expect(writeGovernance({ sentence: '', facts: { readers: [] } })).toBe('');
  });
});
