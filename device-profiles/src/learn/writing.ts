import type { Profile } from '../format/profile.js';

/** How a body is written. */
export type Writing =
  | { readonly format: 'json' | 'xml' | 'form' }
  | { readonly format: 'lines'; readonly lines: NonNullable<Profile['read']['lines']> };

const MOST_COLUMNS = 64;

/** Undefined for what is no text, and for a text of which nothing can be told. */
export function writingOf(body: Buffer): Writing | undefined {
  const text = body
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (text === '' || text.includes('\uFFFD') || /(?![\t\r\n\f\v])\p{Cc}/u.test(text)) return undefined;
  if (text.startsWith('<')) return { format: 'xml' };
  if (text.startsWith('{')) return { format: 'json' };
  if (text.startsWith('[')) return undefined;
  if (text.includes('\t')) return linesOf(text, 'tab', text.split(/[\t\n]/));
  if (/^[^\s=&]+=[^\s]*$/.test(text)) return { format: 'form' };
  if (/^[^\n:]{1,64}:/.test(text) && !text.includes(','))
    return { format: 'lines', lines: { separator: 'newline', pair: ':' } };
  if (/^[^\n=]{1,64}=/.test(text) && !text.includes(','))
    return { format: 'lines', lines: { separator: 'newline', pair: '=' } };
  return text.includes(',') ? linesOf(text, 'comma', text.split(/[,\n]/)) : undefined;
}

/** Cells that name themselves, or columns by number until somebody names them. */
function linesOf(text: string, separator: 'tab' | 'comma', cells: readonly string[]): Writing {
  const pairs = (['=', ':'] as const).find(
    (sign) => cells.filter((cell) => cell.includes(sign)).length * 2 > cells.length,
  );
  if (pairs !== undefined) return { format: 'lines', lines: { separator, pair: pairs } };
  const sign = separator === 'tab' ? '\t' : ',';
  const widest = Math.max(...text.split('\n').map((line) => line.split(sign).length));
  const columns = Array.from({ length: Math.min(MOST_COLUMNS, widest) }, (_, index) => `c${index + 1}`);
  return { format: 'lines', lines: { separator, columns } };
}

/** What the profile reads: the writing of most bodies; both JSON and XML are one format. */
export function readOf(writings: readonly Writing[]): Pick<Profile['read'], 'format' | 'lines'> {
  const counts = new Map<Writing['format'], number>();
  for (const { format } of writings) counts.set(format, (counts.get(format) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const format = most?.[0] ?? 'json';
  if (format === 'lines') return { format, lines: widestOf(writings) };
  const isMixed = counts.has('json') && counts.has('xml');
  return { format: isMixed && format !== 'form' ? 'auto' : format };
}

function widestOf(writings: readonly Writing[]): NonNullable<Profile['read']['lines']> {
  const lines = writings.flatMap((writing) => (writing.format === 'lines' ? [writing.lines] : []));
  const [widest = {}] = lines.sort((a, b) => (b.columns?.length ?? 0) - (a.columns?.length ?? 0));
  return widest;
}
