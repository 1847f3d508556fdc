/** The little markdown that chats show, as HTML in which nothing of the text can be a tag. */
export function htmlOf(markdown: string): string {
  return markdown
    .split('\n')
    .map((line) => lineOf(line))
    .join('');
}

function lineOf(line: string): string {
  const [, level, heading] = /^(#{1,6}) (.*)$/.exec(line) ?? [];
  if (level !== undefined && heading !== undefined) return `<h4>${inline(heading)}</h4>`;
  const [, quoted] = /^> ?(.*)$/.exec(line) ?? [];
  if (quoted !== undefined) return `<blockquote>${inline(quoted)}</blockquote>`;
  return line.trim() === '' ? '' : `<p>${inline(line)}</p>`;
}

const COLOURS: Readonly<Record<string, string>> = { info: 'info', comment: 'comment', warning: 'warning' };

function inline(text: string): string {
  return escapeHtml(text)
    .replace(/\[([^[\]]{1,200})\]\((https?:\/\/[^\s()]{1,500})\)/g, (_, words: string, url: string) =>
      anchor(words, url),
    )
    .replace(/\*\*([^*]{1,500})\*\*/g, '<b>$1</b>')
    .replace(/&lt;font color=&quot;(\w+)&quot;&gt;(.*?)&lt;\/font&gt;/g, (_, colour: string, words: string) => {
      const known = COLOURS[colour];
      return known === undefined ? words : `<span class="${known}">${words}</span>`;
    });
}

/** `words` and `url` are escaped already. */
function anchor(words: string, url: string): string {
  return `<a href="${url}" target="_blank" rel="noopener noreferrer">${words}</a>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
