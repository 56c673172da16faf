import { z } from 'zod';
import type { Report } from './model.ts';

const verdict = z.enum(['proven', 'conditions', 'failed']);
const basis = z.enum(['measured', 'derived', 'assumed']);
const tone = z.enum(['good', 'bad', 'plain']);
const optionalText = z.string().optional();

const claim = z.object({
  id: z.string(),
  kind: z.enum([
    'entity',
    'relation',
    'rule',
    'access',
    'volume',
    'lifecycle',
    'privacy',
    'limit',
    'compatibility',
    'acceptance',
    'routine',
    'tenancy',
    'change',
    'checklist',
  ]),
  says: z.string(),
  verdict: z.enum(['proven', 'not-proven', 'missed', 'waived']),
  because: z.string(),
  evidence: z.array(z.object({ basis, text: z.string(), shown: optionalText })),
});

const finding = z.object({
  rule: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  place: z.string(),
  message: z.string(),
  why: optionalText,
  instead: optionalText,
  fix: optionalText,
  span: z
    .object({
      file: z.string(),
      line: z.number(),
      column: z.number(),
      endLine: z.number(),
      endColumn: z.number(),
    })
    .optional(),
  explained: optionalText,
});

const next = z.object({ command: z.string(), why: z.string() });

const meta = z.object({
  dbd: z.string(),
  server: optionalText,
  at: z.string(),
  ms: z.number(),
  machine: optionalText,
  limits: z.array(z.string()),
});

const stepRow = z.object({
  sql: z.string(),
  phase: optionalText,
  locks: z.array(z.object({ relation: z.string(), mode: z.string() })),
  rewrites: z.array(z.string()),
  scans: z.array(z.string()),
  ms: z.number(),
  walBytes: z.number().optional(),
  stallMs: z.number().optional(),
  note: optionalText,
});

const head = { id: z.string(), title: z.string() };

const block = z.discriminatedUnion('kind', [
  z.object({ ...head, kind: z.literal('text'), text: z.string() }),
  z.object({ ...head, kind: z.literal('code'), language: z.string(), text: z.string() }),
  z.object({
    ...head,
    kind: z.literal('facts'),
    facts: z.array(z.object({ label: z.string(), value: z.string(), basis, tone: tone.optional() })),
  }),
  z.object({
    ...head,
    kind: z.literal('table'),
    columns: z.array(
      z.object({
        title: z.string(),
        align: z.enum(['left', 'right']).optional(),
        code: z.boolean().optional(),
      }),
    ),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.object({ text: z.string(), tone })]))),
    note: optionalText,
  }),
  z.object({
    ...head,
    kind: z.literal('sql'),
    files: z.array(z.object({ path: z.string(), sql: z.string(), note: optionalText })),
  }),
  z.object({ ...head, kind: z.literal('steps'), steps: z.array(stepRow) }),
  z.object({
    ...head,
    kind: z.literal('bars'),
    unit: z.enum(['ms', 'bytes', 'rows']),
    bars: z.array(
      z.object({
        label: z.string(),
        before: z.number().optional(),
        after: z.number(),
        target: z.number().optional(),
      }),
    ),
    note: optionalText,
  }),
  z.object({ ...head, kind: z.literal('diagram'), svg: z.string(), mermaid: z.string() }),
  z.object({
    ...head,
    kind: z.literal('files'),
    files: z.array(z.object({ path: z.string(), what: z.string() })),
  }),
]);

/** The shape of a `report.json`; published as `docs/schema/report.json`. */
export const reportSchema = z.object({
  schema: z.literal('dbd.report/1'),
  command: z.string(),
  verdict,
  headline: z.string(),
  title: z.string(),
  claims: z.array(claim),
  findings: z.array(finding),
  blocks: z.array(block),
  next: z.array(next),
  meta,
  output: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<Report>;

/** What `--json` and MCP's structured content carry beside a command's own output. */
export const envelopeShape = {
  schema: z.literal('dbd.result/1'),
  command: z.string(),
  verdict,
  headline: z.string(),
  title: z.string(),
  claims: z.array(claim),
  findings: z.array(finding),
  next: z.array(next),
  meta,
};
