/** Values that the words of a field rule out, to be tried for real. */
import { exampleOf } from '../../design/patterns/values.ts';
import type { Field } from '../../task/model.ts';

/** Arrays, as text, that a list of tags does not allow. */
export function wrongTags({ values = [] }: Field): readonly (readonly [string, string])[] {
  const [tag] = values;
  if (tag === undefined) return [];
  const quoted = `"${tag.replaceAll(/["\\\\]/g, String.raw`\$&`)}"`;
  return [
    ['{"no such tag"}', 'a tag that is not listed'],
    [`{${quoted},${quoted}}`, 'the same tag twice'],
    [`{${quoted},NULL}`, 'an empty tag'],
  ];
}

/** Documents that a shape does not allow: another kind for each key, each needed key left out, and no object at all. */
export function wrongShapes({ shape }: Field): readonly (readonly [unknown, string])[] {
  if (!shape) return [];
  const good = exampleOf(shape);
  const other = (kind: string): unknown => (kind.startsWith('text') ? 7 : 'not of this kind');
  return [
    ['[]', 'a document that is no object'],
    ...Object.entries(shape).map(
      ([key, kind]) => [{ ...good, [key]: other(kind) }, `another kind of ${key}`] as const,
    ),
    ...Object.entries(shape)
      .filter(([, kind]) => kind.endsWith('!'))
      .map(
        ([key]) =>
          [
            Object.fromEntries(Object.entries(good).filter(([name]) => name !== key)),
            `a document without ${key}`,
          ] as const,
      ),
  ];
}
