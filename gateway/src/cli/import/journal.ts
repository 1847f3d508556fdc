import { appendFile, open, readFile, rm } from 'node:fs/promises';
import { z } from 'zod';

const lineSchema = z.object({
  id: z.string(),
  /** began: the gateway was asked; its answer, with the password of a panel, may be lost. */
  step: z.enum(['began', 'stored', 'linked']),
});
export type JournalStep = z.infer<typeof lineSchema>['step'];

/** How far an import has come, in a small file beside its input. Each line is on the disk before the next step begins. */
export class Journal {
  private constructor(
    readonly file: string,
    private readonly steps: Map<string, JournalStep>,
  ) {}

  static async open(file: string): Promise<Journal> {
    const text = await readFile(file, 'utf8').catch(() => '');
    const steps = new Map<string, JournalStep>();
    for (const line of text.split('\n')) {
      const parsed = lineSchema.safeParse(parsedJson(line));
      if (parsed.success) steps.set(parsed.data.id, parsed.data.step);
    }
    return new Journal(file, steps);
  }

  /** True where an import began and did not come to its end. */
  get isUnfinished(): boolean {
    return this.steps.size > 0;
  }

  step(id: string): JournalStep | undefined {
    return this.steps.get(id);
  }

  async note(id: string, step: JournalStep): Promise<void> {
    await appendDurably(this.file, `${JSON.stringify({ id, step })}\n`);
    this.steps.set(id, step);
  }

  /** The import came to its end: nothing is left to go on with. */
  async finish(): Promise<void> {
    await rm(this.file, { force: true });
    this.steps.clear();
  }
}

/** Mode 0600; on the disk when it resolves. */
export async function appendDurably(file: string, text: string): Promise<void> {
  await appendFile(file, text, { mode: 0o600 });
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
