/**
 * What `work` tells, as lines for a reader, in order. Ends with the work; throws what it throws. A reader that leaves
 * ends it by the signal that the work has.
 */
export async function* streamed<T>(work: (tell: (line: T) => void) => Promise<void>): AsyncGenerator<T> {
  const lines: T[] = [];
  let wake = (): void => undefined;
  let isOver = false;
  const done = work((line) => {
    lines.push(line);
    wake();
  }).finally(() => {
    isOver = true;
    wake();
  });
  done.catch(() => undefined);
  while (!isOver || lines.length > 0) {
    const line = lines.shift();
    if (line !== undefined) yield line;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
  await done;
}
