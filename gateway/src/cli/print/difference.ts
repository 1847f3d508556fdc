export interface Difference {
  /** `events.0.kind`. */
  readonly path: string;
  /** As JSON; undefined where there is nothing. */
  readonly expected: string | undefined;
  readonly actual: string | undefined;
}

/** Where two values of JSON differ, each place once. */
export function differences(expected: unknown, actual: unknown, path = ''): Difference[] {
  if (isTree(expected) && isTree(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) => differences(expected[key], actual[key], path === '' ? key : `${path}.${key}`));
  }
  const said = { expected: written(expected), actual: written(actual) };
  return said.expected === said.actual ? [] : [{ path, ...said }];
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function written(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
