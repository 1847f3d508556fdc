/** Where a sign-in leads back to: a path of this console, never another site. */
export function localPath(next: unknown): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return '/';
  return next.startsWith('/login') ? '/' : next;
}
