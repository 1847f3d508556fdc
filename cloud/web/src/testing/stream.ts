/** The answer to a feed request, written by a test piece by piece. */
export interface FakeStream {
  readonly response: Response;
  write(text: string): void;
  end(): void;
}

export function fakeStream(signal: AbortSignal): FakeStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
  signal.addEventListener('abort', () => {
    try {
      controller?.error(signal.reason);
    } catch {
      return;
    }
  });
  return {
    response: new Response(body, { status: 200 }),
    write: (text) => controller?.enqueue(encoder.encode(text)),
    end: () => controller?.close(),
  };
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
