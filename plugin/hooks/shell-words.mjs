/** Splits a shell command into simple commands with their words, near enough to see which programs it starts. */

/** Simple commands of a text: those between `;`, `&&`, `|`, line ends, and those within `$(…)`, backquotes and parentheses. */
export function simpleCommands(text) {
  const found = [];
  let words = [];
  let word;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) found.push(words);
    words = [];
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '\\' && at + 1 < text.length) {
      at++;
      if (text[at] !== '\n') word = (word ?? '') + text[at];
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      word = (word ?? '') + text.slice(at + 1, end < 0 ? undefined : end);
      at = end < 0 ? text.length : end;
    } else if (char === '"') {
      const { value, end, inner } = doubleQuoted(text, at + 1);
      word = (word ?? '') + value;
      for (const part of inner) found.push(...simpleCommands(part));
      at = end;
    } else if (char === '$' && text[at + 1] === '(') {
      const end = closing(text, at + 2);
      found.push(...simpleCommands(text.slice(at + 2, end)));
      word = (word ?? '') + text.slice(at, end + 1);
      at = end;
    } else if (char === '`') {
      const end = text.indexOf('`', at + 1);
      const to = end < 0 ? text.length : end;
      found.push(...simpleCommands(text.slice(at + 1, to)));
      word = (word ?? '') + text.slice(at, to + 1);
      at = to;
    } else if (';|&\n(){}'.includes(char)) endCommand();
    else if (char === '#' && word === undefined) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end - 1;
    } else if (/\s/.test(char)) endWord();
    else word = (word ?? '') + char;
  }
  endCommand();
  return found;
}

function doubleQuoted(text, from) {
  let value = '';
  const inner = [];
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return { value, end: at, inner };
    if (text[at] === '\\') value += text[++at] ?? '';
    else if (text[at] === '$' && text[at + 1] === '(') {
      const end = closing(text, at + 2);
      inner.push(text.slice(at + 2, end));
      value += text.slice(at, end + 1);
      at = end;
    } else value += text[at];
  }
  return { value, end: text.length, inner };
}

/** Place of the parenthesis that closes one which was opened before `from`. */
function closing(text, from) {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return text.length;
}
