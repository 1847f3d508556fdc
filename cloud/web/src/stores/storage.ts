/** A person's own choices on this machine. A browser that refuses storage only forgets them. */
export interface Preferences {
  read(key: string): string | undefined;
  write(key: string, value: string): void;
}

export function browserPreferences(storage: () => Storage): Preferences {
  return {
    read: (key) => {
      try {
        return storage().getItem(`angrid.${key}`) ?? undefined;
      } catch {
        return undefined;
      }
    },
    write: (key, value) => {
      try {
        storage().setItem(`angrid.${key}`, value);
      } catch {
        return;
      }
    },
  };
}
