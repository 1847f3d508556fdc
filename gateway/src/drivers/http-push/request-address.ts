/** What the address of a request says. `topic` is its path without the leading slash, and its query behind `?`. */
export type RequestAddress =
  | { readonly login: 'path'; readonly user: string; readonly secret: string; readonly topic: string }
  | { readonly login: 'none'; readonly topic: string };

const ORIGIN = /^\/[\x21-\x7e]*$/;
/** A dot segment, a slash or a backslash in disguise, a control character: nothing that a device needs. */
const TRICK = /%(?:2e|2f|5c|[01][0-9a-f]|7f)|[\\#]/i;
const USER = /^[A-Za-z0-9_-]{1,64}$/;
const SECRET = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads `/p/<user>/<secret>/<topic>` or `/<topic>`. Undefined for everything that is not plainly a path. */
export function readAddress(target: string): RequestAddress | undefined {
  if (!ORIGIN.test(target)) return undefined;
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark);
  if (TRICK.test(path)) return undefined;
  const segments = path.slice(1).split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return undefined;
  if (segments[0] !== 'p') return { login: 'none', topic: segments.join('/') + query };
  const [, user = '', secret = '', ...rest] = segments;
  if (rest.length === 0 || !USER.test(user) || !SECRET.test(secret)) return undefined;
  return { login: 'path', user, secret, topic: rest.join('/') + query };
}

export function pathOf(topic: string): string {
  const mark = topic.indexOf('?');
  return mark === -1 ? topic : topic.slice(0, mark);
}

/** User and password of `Authorization: Basic`; undefined where there is none, or none that can be read. */
export function readBasic(header: string | undefined): { readonly user: string; readonly secret: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]{4,400})$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) return undefined;
  return { user: text.slice(0, colon), secret: text.slice(colon + 1) };
}
