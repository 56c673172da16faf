import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { report } from '../report/build.ts';
import type { Claim, Finding, Report, Severity } from '../report/model.ts';
import { render } from './all.ts';
import { renderGithub } from './github.ts';

const surface = { width: 100, color: false, unicode: true };

function finding(number: number, severity: Severity, more: Partial<Finding> = {}): Finding {
  const file = `migrations/${number}.sql`;
  return {
    rule: `rule-${number % 7}`,
    severity,
    place: file,
    message: `message ${number}`,
    span: { file, line: number, column: 1, endLine: number, endColumn: 9 },
    ...more,
  };
}

function of(findings: readonly Finding[], claims: readonly Claim[] = [], output = {}): Report {
  return report({ command: 'ci', title: 't', headline: 'h', started: 0, findings, claims, output });
}

const many = (count: number, severity: Severity): readonly Finding[] =>
  Array.from({ length: count }, (_, at) => finding(at + 1, severity));

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly level: string;
      readonly ruleId: string;
      readonly ruleIndex: number;
    }[];
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly {
      readonly toolExecutionNotifications?: readonly { readonly message: { readonly text: string } }[];
    }[];
  }[];
}

describe('what code hosts take', () => {
  it('annotations: ten of each severity, the tenth counts the rest', () => {
    const lines = renderGithub(of([...many(2000, 'info'), ...many(10, 'warning'), ...many(11, 'error')]))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(30);
    expect(lines.slice(0, 10).every((line) => line.startsWith('::error '))).toBe(true);
    expect(lines[9]).toBe('::error title=dbd::And 2 more like these; the report has all of them.');
    expect(lines[19]).toMatch(/^::warning file=migrations\/10\.sql,line=10/);
    expect(lines[29]).toBe('::notice title=dbd::And 1991 more like these; the report has all of them.');
  });

  it('annotations: no text becomes a command of its own', () => {
    const hostile = 'x\n::error::y\r\n::stop-commands::z\u2028::warning::a %0A \u001b[2J';
    const lines = renderGithub(
      of([
        finding(1, 'error', {
          message: hostile,
          rule: hostile,
          span: { ...finding(1, 'error').span!, file: 'a,line=9::b\n::c' },
        }),
      ]),
    );
    expect(lines.split('\n')).toHaveLength(2);
    expect(lines).toMatch(/^::error file=a%2Cline=9%3A%3Ab%0A%3A%3Ac,line=1,/);
    expect(lines).not.toContain('\u001b');
    expect(lines).toContain('%250A');
  });

  it('SARIF: the worst 5,000, and what is left out is told', async () => {
    const log = JSON.parse(
      await render(
        'sarif',
        of([...many(6000, 'info'), ...many(1000, 'warning'), ...many(2000, 'error')]),
        surface,
      ),
    ) as Sarif;
    const [{ results, tool, invocations }] = log.runs as [Sarif['runs'][0]];
    expect(results).toHaveLength(5000);
    expect(results.filter(({ level }) => level === 'error')).toHaveLength(2000);
    expect(results.findLastIndex(({ level }) => level === 'error')).toBe(1999);
    expect(results.every(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]!.id === ruleId)).toBe(true);
    expect(invocations[0]!.toolExecutionNotifications![0]!.message.text).toBe(
      '4000 more results are not in this file: 0 errors, 0 warnings, 4000 notes.',
    );
  });

  it('SARIF: a file that packs badly is cut further', async () => {
    const findings = Array.from({ length: 5000 }, (_, at) =>
      finding(at, 'error', { message: randomBytes(2600).toString('base64') }),
    );
    const text = await render('sarif', { ...of([]), findings }, surface);
    expect((JSON.parse(text) as Sarif).runs[0]!.results.length).toBeGreaterThan(1000);
    expect(Buffer.byteLength(text)).toBeLessThan(10_000_000);
  });

  it('summary: under a megabyte, with as many findings as fit', async () => {
    const text = await render(
      'summary',
      of(many(20_000, 'error').map((one) => ({ ...one, message: '漢'.repeat(200) }))),
      surface,
    );
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).toContain('## Findings (20000)');
    expect(text).toMatch(/_And \d+ more in `report\.html`\._/);
    const note = await render('md', of(many(2000, 'error')), surface);
    expect(note.length).toBeLessThanOrEqual(65_536);
    expect(note).toContain('message 1');
    expect(await render('md', of(many(2, 'error')), surface)).toContain('## Findings\n');
  });

  it('what is not proven is told as loudly as what is wrong', async () => {
    const claim = (id: string, verdict: Claim['verdict']): Claim => ({
      id,
      kind: 'change',
      says: `says ${id}`,
      verdict,
      because: 'so',
      evidence: [],
    });
    const made = of(
      [],
      [claim('a', 'proven'), claim('b', 'not-proven'), claim('c', 'missed'), claim('d', 'waived')],
      {
        claimFiles: { b: 'migrations/b.sql' },
      },
    );
    expect(renderGithub(made)).toBe(
      '::error title=claim-missed::c: missed: says c. so\n' +
        '::warning file=migrations/b.sql,line=1,endLine=1,col=1,endColumn=2,title=claim-not-proven::not proven: says b. so\n',
    );
    expect(JSON.parse(await render('gitlab', made, surface))).toMatchObject([
      { check_name: 'claim-missed', severity: 'critical' },
      { check_name: 'claim-not-proven', severity: 'major', location: { path: 'migrations/b.sql' } },
    ]);
  });
});
