import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PanelAccess } from './bench-panel.js';
import type { Ask, Count } from './crowd.js';

/** The crowd of panels, driven from here. */
export class CrowdProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async connect(accesses: readonly PanelAccess[]): Promise<CrowdProcess> {
    const child = fork(fileURLToPath(new URL('./crowd.js', import.meta.url)));
    const crowd = new CrowdProcess(child);
    await crowd.ask({ connect: accesses });
    return crowd;
  }

  talk(forMs: number, perSecond?: number): Promise<Count> {
    return this.ask({ forMs, ...(perSecond !== undefined && { perSecond }) }) as Promise<Count>;
  }

  stop(): void {
    this.child.disconnect();
  }

  private ask(ask: Ask): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error('the crowd of panels has ended'));
      this.child.once('exit', gone);
      this.child.once('message', (answer) => {
        this.child.off('exit', gone);
        resolve(answer);
      });
      this.child.send(ask);
    });
  }
}
