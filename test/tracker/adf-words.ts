/** Short words for documents. */

export const doc = (...content: readonly object[]): object => ({ type: 'doc', version: 1, content });
export const text = (words: string, ...marks: readonly (string | object)[]): object => ({
  type: 'text',
  text: words,
  ...(marks.length === 0
    ? {}
    : { marks: marks.map((mark) => (typeof mark === 'string' ? { type: mark } : mark)) }),
});
export const node = (type: string, attrs: object, ...content: readonly object[]): object => ({
  type,
  ...(Object.keys(attrs).length === 0 ? {} : { attrs }),
  ...(content.length === 0 ? {} : { content }),
});
const inlined = (content: readonly (string | object)[]): readonly object[] =>
  content.map((each) => (typeof each === 'string' ? text(each) : each));
export const p = (...content: readonly (string | object)[]): object =>
  node('paragraph', {}, ...inlined(content));
export const h = (level: number, ...content: readonly (string | object)[]): object =>
  node('heading', { level }, ...inlined(content));
export const code = (source: string, language = 'yaml'): object =>
  node('codeBlock', { language }, ...(source === '' ? [] : [text(source)]));
export const ul = (...items: readonly (readonly object[])[]): object =>
  node('bulletList', {}, ...items.map((item) => node('listItem', {}, ...item)));
export const ol = (order: number, ...items: readonly (readonly object[])[]): object =>
  node('orderedList', { order }, ...items.map((item) => node('listItem', {}, ...item)));
export const table = (...rows: readonly (readonly object[])[]): object =>
  node('table', {}, ...rows.map((row) => node('tableRow', {}, ...row)));
export const th = (...content: readonly object[]): object => node('tableHeader', {}, ...content);
export const td = (attrs: object, ...content: readonly object[]): object =>
  node('tableCell', attrs, ...content);
