import type { Finding, Report, Severity, Span } from '../report/model.ts';
import { cut, issuesOf } from './issues.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** A rule as a command's output lists it. */
interface ListedRule {
  readonly id: string;
  readonly severity: Severity;
  readonly finds: string;
  readonly because: string;
  readonly instead: string;
}

/** Results of a run that GitHub shows, the worst of them first. */
const most = 5000;
/** Largest file that GitHub takes, bytes: its limit is one of packed files, so this one holds however badly a text packs. */
const largest = 10_000_000;

/** The issues as SARIF 2.1.0, worst first: rules with help, regions, fixes, and explained findings as suppressed ones. What is more than code hosts take is left out, and counted. */
export function renderSarif(report: Report): string {
  for (let limit = most; ; limit = Math.floor(limit / 2)) {
    const log = drawn(report, limit);
    for (const indent of [2, 0]) {
      const text = `${JSON.stringify(log, null, indent)}\n`;
      if (limit < 2 || new TextEncoder().encode(text).length <= largest) return text;
    }
  }
}

function drawn(report: Report, limit: number): object {
  const explained = listOf<Finding>(report.output['explained']);
  const { shown: all, left } = cut([...issuesOf(report), ...explained], limit);
  const more = left.error + left.warning + left.info;
  const listed = listOf<ListedRule>(report.output['rules']);
  const missing = [...new Set(all.map(({ rule }) => rule))].filter(
    (rule) => !listed.some(({ id }) => id === rule),
  );
  const rules = [...listed.map(ruleOf), ...missing.map((id) => ({ id }))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'dbd',
            semanticVersion: report.meta.dbd,
            rules,
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            ...(more > 0
              ? {
                  toolExecutionNotifications: [
                    {
                      level: 'warning',
                      message: {
                        text: `${more} more results are not in this file: ${left.error} errors, ${left.warning} warnings, ${left.info} notes.`,
                      },
                    },
                  ],
                }
              : {}),
          },
        ],
        results: all.map((finding) =>
          resultOf(
            finding,
            rules.findIndex(({ id }) => id === finding.rule),
          ),
        ),
      },
    ],
  };
}

function listOf<T>(value: unknown): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [];
}

function ruleOf({ id, severity, finds, because, instead }: ListedRule) {
  const help = `${because.charAt(0).toUpperCase()}${because.slice(1)}. ${instead}`;
  return {
    id,
    shortDescription: { text: `${finds}.` },
    fullDescription: { text: `${because.charAt(0).toUpperCase()}${because.slice(1)}.` },
    help: { text: help, markdown: help },
    defaultConfiguration: { level: levels[severity] },
  };
}

function resultOf(finding: Finding, ruleIndex: number) {
  const { rule, severity, place, message, why, instead, fix, span, explained } = finding;
  const text = [message, why, instead].filter((part) => part !== undefined && part !== '').join(' ');
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    message: { text },
    ...(span
      ? { locations: [{ physicalLocation: { artifactLocation: artifact(span), region: regionOf(span) } }] }
      : {
          // What stands in no file is found again by its name, whatever its figures are.
          locations: [{ logicalLocations: [{ fullyQualifiedName: place }] }],
          partialFingerprints: { 'dbd/v1': `${rule} ${place}` },
        }),
    ...(fix !== undefined && span
      ? {
          fixes: [
            {
              description: { text: instead ?? 'The same in statements that hold nobody up.' },
              artifactChanges: [
                {
                  artifactLocation: artifact(span),
                  // The statement ends before its semicolon, and so does what takes its place.
                  replacements: [
                    { deletedRegion: regionOf(span), insertedContent: { text: fix.replace(/;\s*$/, '') } },
                  ],
                },
              ],
            },
          ],
        }
      : {}),
    ...(explained === undefined
      ? {}
      : { suppressions: [{ kind: 'inSource', status: 'accepted', justification: explained }] }),
  };
}

/** A path relative to where the command ran is a relative reference; letters that no address may hold are escaped. */
function artifact({ file }: Span): { readonly uri: string } {
  const escaped = file.split('/').map(encodeURIComponent).join('/');
  return { uri: file.startsWith('/') ? `file://${escaped}` : escaped };
}

function regionOf({ line, column, endLine, endColumn }: Span) {
  return { startLine: line, startColumn: column, endLine, endColumn };
}
