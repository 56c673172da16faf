import type { Report } from '../../report/model.ts';
export function renderHtml(report: Report): string {
  return report.title;
}
