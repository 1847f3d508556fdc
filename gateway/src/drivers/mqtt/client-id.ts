const CLIENT_ID = /^[A-Za-z0-9_-]{1,64}$/;

export function isClientId(id: string): boolean {
  return CLIENT_ID.test(id);
}

/** True where the client id is one of the account's names, or one of them with `-` or `_` and more behind it. */
export function clientIdBelongs(id: string, names: readonly string[]): boolean {
  return names.some((name) => id === name || id.startsWith(`${name}-`) || id.startsWith(`${name}_`));
}
