/** At least this long; length says more than a mixture of signs does. */
export const SHORTEST_PASSWORD = 10;

export type PasswordFault = 'short' | 'plain' | 'different';

export interface ChosenPassword {
  readonly login: string;
  readonly password: string;
  readonly again: string;
}

/** undefined where the password will do. */
export function passwordFault({ login, password, again }: ChosenPassword): PasswordFault | undefined {
  if ([...password].length < SHORTEST_PASSWORD) return 'short';
  const name = login.trim().toLowerCase();
  const isName = name.length > 3 && password.toLowerCase().includes(name);
  if (isName || new Set(password).size < 5) return 'plain';
  if (password !== again) return 'different';
  return undefined;
}
