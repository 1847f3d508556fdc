import { execFile } from 'node:child_process';
import { copyFile, constants, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SIZE = 96 * 1024 * 1024;
const CURE =
  'run the tests as root on a kernel with loop devices: apt-get install -y --no-install-recommends e2fsprogs mount';

/**
 * A disk of its own: ext4 in a file. The file as it is at a moment is what a power cut at that moment leaves. The
 * journal is written when a program asks for it, and by itself only after ten minutes: nothing is safe by luck.
 */
export class Disk {
  private image = 0;

  private constructor(private readonly folder: string) {}

  /** Throws with the cure where file systems cannot be mounted: a power cut that is not tried is a failure. */
  static async format(folder: string): Promise<Disk> {
    const disk = new Disk(folder);
    await mkdir(disk.root, { recursive: true });
    await writeFile(disk.file, '');
    await truncate(disk.file, SIZE);
    try {
      await run('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0', disk.file]);
      await disk.mount();
    } catch (cause) {
      throw new Error(`no disk can be made for the power cut; ${CURE}`, { cause });
    }
    return disk;
  }

  /** Where it is mounted. */
  get root(): string {
    return join(this.folder, 'disk');
  }

  /** What a power cut now would leave; its name is for `plugIn`. */
  async photograph(): Promise<string> {
    const copy = join(this.folder, `disk-${this.image + 1}.ext4`);
    await copyFile(this.file, copy, constants.COPYFILE_FICLONE);
    return copy;
  }

  /** Goes on with the photograph, as the machine would after the cut. Nobody may use the disk any more. */
  async plugIn(copy: string): Promise<void> {
    await this.unmount();
    await rm(this.file);
    this.image += 1;
    if (copy !== this.file) throw new Error('an older photograph');
    await this.mount();
  }

  /** Everything that was written so far is safe. */
  async settle(): Promise<void> {
    await run('sync', ['-f', this.root]);
  }

  async remove(): Promise<void> {
    await this.unmount().catch(() => undefined);
    await rm(this.file, { force: true });
  }

  private get file(): string {
    return join(this.folder, `disk-${this.image}.ext4`);
  }

  private async mount(): Promise<void> {
    await run('mount', ['-o', 'loop,commit=600', this.file, this.root]);
  }

  private async unmount(): Promise<void> {
    await run('umount', [this.root]);
  }
}
