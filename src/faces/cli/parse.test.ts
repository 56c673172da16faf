import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { command } from '../../commands/command.ts';
import { parse, readNumber } from './parse.ts';

const sample = command({
  name: 'try',
  summary: 'Try',
  input: z.object({
    file: z.string().describe('a file').meta({ positional: true }),
    more: z.array(z.string()).default([]).describe('more files').meta({ positional: true }),
    rowCount: z.coerce.number().default(5).describe('rows'),
    quick: z.boolean().default(false).describe('small'),
    color2: z.boolean().default(true).describe('on unless switched off'),
    env: z.array(z.string()).default([]).describe('names'),
    shape: z.enum(['round', 'square']).optional().describe('a shape').meta({ short: 's' }),
    run: z.array(z.string()).default([]).describe('a command').meta({ rest: true }),
  }),
  output: z.object({}),
  faces: ['cli'],
  effects: () => [],
  examples: [],
  run: async () => Promise.reject(new Error('not run')),
});

describe('the words of a call', () => {
  it('become the input of the command', () => {
    expect(
      parse(sample, [
        'a',
        'b',
        'c',
        '--row-count',
        '1.5M',
        '--quick',
        '--no-color2',
        '--env',
        'X',
        '--env',
        'Y',
        '-s',
        'round',
        '--',
        'npx',
        '--json',
        'x',
      ]).input,
    ).toEqual({
      file: 'a',
      more: ['b', 'c'],
      rowCount: 1_500_000,
      quick: true,
      color2: false,
      env: ['X', 'Y'],
      shape: 'round',
      run: ['npx', '--json', 'x'],
    });
  });

  it('leave out what was not given', () => {
    expect(parse(sample, ['a']).input).toEqual({ file: 'a' });
    expect(parse(sample, ['-']).input).toEqual({ file: '-' });
  });

  it('steer the face apart from the command', () => {
    expect(parse(sample, ['a', '--json', '--no-color', '--debug']).face).toEqual({
      json: true,
      debug: true,
      quiet: false,
      color: false,
      format: undefined,
    });
    expect(parse(sample, ['a', '--format', 'md']).face.format).toBe('md');
  });

  it.each([
    [['a', '--shape', 'oval'], 'usage.wrong-option'],
    [['a', '--row-cuont', '1'], 'usage.wrong-option'],
    [['a', '--row-count', 'x'], 'usage.wrong-option'],
    [['a', '--row-count'], 'usage.missing-input'],
    [[], 'usage.missing-input'],
  ])('%j is refused with %s', (words, code) => {
    expect(() => parse(sample, words)).toThrow(expect.objectContaining({ code }));
  });
});

describe('numbers', () => {
  it.each([
    ['20k', 20_000],
    ['1M', 1_000_000],
    ['0.25', 0.25],
    ['-3', -3],
    ['1_000', 1000],
  ])('%s', (text, value) => expect(readNumber('--rows', text)).toBe(value));

  it.each(['', 'k', '1T', '1e3', 'NaN', '1 000'])('%j is none', (text) => {
    expect(() => readNumber('--rows', text)).toThrow(expect.objectContaining({ code: 'usage.wrong-option' }));
  });
});
