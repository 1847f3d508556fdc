import type { View } from './view.js';
import { widthOf } from './width.js';

export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** One line on the terminal that says what is under way; nothing where there is no terminal. */
export class Progress {
  private shown = 0;

  constructor(
    private readonly output: Output,
    private readonly view: View,
  ) {}

  tell(text: string): void {
    if (this.output.isTTY !== true) return;
    const blank = ' '.repeat(Math.max(0, this.shown - widthOf(text)));
    this.output.write(`\r${this.view.paint('dim', text)}${blank}`);
    this.shown = widthOf(text);
  }

  /** Takes the line away. */
  end(): void {
    if (this.shown > 0) this.output.write(`\r${' '.repeat(this.shown)}\r`);
    this.shown = 0;
  }
}
