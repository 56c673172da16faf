import type { Report } from '../report/model.ts';

/** The report as the text of `report.json`, with a final newline. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** What `--json` prints and MCP hands over: the verdict's part of the report with the command's own output beside it. */
export function envelope(report: Report): Record<string, unknown> {
  const { command, verdict, headline, title, claims, findings, next, meta } = report;
  return {
    ...report.output,
    schema: 'dbd.result/1',
    command,
    verdict,
    headline,
    title,
    claims,
    findings,
    next,
    meta,
  };
}

/** What stands in the place of an envelope when a command could not do its work. */
export function errorEnvelope(
  command: string,
  error: { readonly code: string; readonly message: string; readonly hint?: string | undefined },
): Record<string, unknown> {
  const { code, message, hint } = error;
  return {
    schema: 'dbd.error/1',
    command,
    error: { code, message, ...(hint === undefined ? {} : { hint }) },
  };
}
