import type { Catalog, Name } from '../catalog/model.ts';
import { content } from './diagram-content.ts';
import { mermaid } from './diagram-mermaid.ts';
import { svg } from './diagram-svg.ts';

/**
 * Draws the tables that differ between two catalogs (and those in `focus`) with their direct neighbours, what is new,
 * changed and removed told by colour and by word. The SVG holds no script and refers to nothing outside; the Mermaid
 * text is an `erDiagram`.
 */
export function drawDiagram(options: {
  readonly before: Catalog;
  readonly after: Catalog;
  readonly focus?: readonly Name[];
}): {
  readonly svg: string;
  readonly mermaid: string;
} {
  const shown = content(options.before, options.after, options.focus);
  return { svg: svg(shown), mermaid: mermaid(shown) };
}
