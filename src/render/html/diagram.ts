import { text } from './escape.ts';

const elements = new Set([
  'svg',
  'g',
  'rect',
  'path',
  'line',
  'text',
  'tspan',
  'title',
  'desc',
  'defs',
  'marker',
  'polyline',
  'polygon',
  'circle',
  'ellipse',
  'style',
  'symbol',
  'use',
  'clippath',
  'pattern',
]);

/** The drawing as part of the page; one that holds anything but shapes and text is shown as a picture instead. */
export function diagram(svg: string, title: string): string {
  const source = svg.replace(/^\s*<\?xml[^>]*\?>\s*/, '').trim();
  if (isHarmless(source)) return source.replace(/^<svg\b(?![^>]*\brole=)/, '<svg role="img"');
  return `<img alt="${text(title)}" src="data:image/svg+xml,${encodeURIComponent(source)}">`;
}

/** Only shapes and text, no handlers, no reference that leaves the drawing, well-formed enough to end where it should. */
function isHarmless(source: string): boolean {
  if (!/^<svg\b[\s\S]*<\/svg>$/.test(source) || /<!|<\?|]]>/.test(source)) return false;
  let depth = 0;
  for (const [whole, closing, name, attributes] of source.matchAll(
    /<(\/?)([A-Za-z][\w:.-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/g,
  )) {
    if (!elements.has(name!.toLowerCase())) return false;
    if (/\son\w*\s*=|javascript:|@import/i.test(attributes!)) return false;
    if (/(?:href|src)\s*=\s*["'](?!#)/i.test(attributes!) || /url\(\s*["']?(?!#)/i.test(attributes!))
      return false;
    if (closing) depth -= 1;
    else if (!whole.endsWith('/>')) depth += 1;
    if (depth < 0) return false;
  }
  const styles = [...source.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style>/gi)]
    .map((match) => match[1]!)
    .join('');
  return depth === 0 && !/@import|url\(\s*["']?(?!#)|</i.test(styles) && scoped(styles);
}

/** Every rule begins with the drawing's own classes, so that it cannot restyle the page around it. */
function scoped(styles: string): boolean {
  const rules = styles.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/@media[^{]*\{/g, '');
  return [...rules.matchAll(/([^{}]+)\{/g)].every((match) =>
    match[1]!
      .split(',')
      .every((selector) => /^\s*(?:svg\b|\.(?:d-|dbd-|diagram|erd)|:root\s*$)/.test(selector)),
  );
}
