/** The system's code of a failed file operation: ENOENT, EACCES. */
export function errnoOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'error';
}
