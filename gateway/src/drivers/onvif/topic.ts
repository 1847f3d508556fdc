const PREFIX = /^[A-Za-z_][\w.-]*:(?=\S)/;
/** The specification itself writes `tns1: Receiver`. */
const FIRST_PREFIX = /^[A-Za-z_][\w.-]*:\s*/;

/** Cameras say a few topics again and again. */
const known = new Map<string, string>();
const MOST_KNOWN = 500;

/**
 * An ONVIF topic without namespace prefixes: of every segment the prefix is taken off, because some cameras prefix
 * each one (`tns1:Device/tns1:Trigger`), and the `/` and `.` at the end that some append go too. Text that a user
 * typed into a segment (`Rule: 1`) stays: a prefix is followed by a name at once.
 */
export function stripTopic(raw: string): string {
  const before = known.get(raw);
  if (before !== undefined) return before;
  const topic = strip(raw);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(raw, topic);
  return topic;
}

function strip(raw: string): string {
  const segments = raw.trim().split('/');
  return segments
    .map((segment, index) => segment.replace(index === 0 ? FIRST_PREFIX : PREFIX, ''))
    .join('/')
    .replace(/[/.\s]+$/, '');
}
