import { readFile } from 'node:fs/promises';
import { AnGridError, idSchema } from '@angrid/contract';
import { writeAtomically } from '@angrid/runtime';
import { z } from 'zod';

import type { Seal } from '../identity/seal.js';
import type { PairedDevice } from './device.js';

const storedSchema = z.object({
  id: idSchema,
  kind: z.enum(['panel', 'camera', 'lock', 'sensor']),
  name: z.string(),
  profile: z.string(),
  address: z.string().optional(),
  user: z.string(),
  passwordHash: z.string().optional(),
  sealedPassword: z.string().optional(),
  deviceUser: z.string().optional(),
  vendorId: z.string().optional(),
  identity: z
    .object({ endpoint: z.string().optional(), serial: z.string().optional(), mac: z.string().optional() })
    .optional(),
  certificate: z.string().optional(),
  timezone: z.string().optional(),
});
type StoredDevice = z.infer<typeof storedSchema>;
const fileSchema = z.array(storedSchema).max(2000);

/** The devices that are paired with this gateway, in one small file. Passwords of cameras are sealed in it. */
export class DeviceRegistry {
  private readonly listeners: (() => void)[] = [];

  private constructor(
    private readonly file: string,
    private readonly seal: Seal,
    private readonly devices: Map<string, PairedDevice>,
  ) {}

  static async open(file: string, seal: Seal): Promise<DeviceRegistry> {
    const text = await readFile(file, 'utf8').catch(() => '[]');
    const devices = new Map<string, PairedDevice>();
    for (const stored of fileSchema.parse(JSON.parse(text))) devices.set(stored.id, opened(stored, seal));
    return new DeviceRegistry(file, seal, devices);
  }

  all(): readonly PairedDevice[] {
    return [...this.devices.values()];
  }

  find(id: string): PairedDevice | undefined {
    return this.devices.get(id);
  }

  /** Throws device.unknown. */
  get(id: string): PairedDevice {
    const device = this.devices.get(id);
    if (!device) throw new AnGridError('device.unknown', { op: 'devices.get', subject: id });
    return device;
  }

  /** The panel that signs in as `user`. */
  byUser(user: string): PairedDevice | undefined {
    for (const device of this.devices.values())
      if (device.user === user && device.passwordHash !== undefined) return device;
    return undefined;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  async put(device: PairedDevice): Promise<void> {
    this.devices.set(device.id, device);
    await this.save();
  }

  async remove(id: string): Promise<void> {
    this.get(id);
    this.devices.delete(id);
    await this.save();
  }

  private async save(): Promise<void> {
    const stored = [...this.devices.values()].map((device) => closed(device, this.seal));
    await writeAtomically(this.file, `${JSON.stringify(stored, null, 1)}\n`);
    for (const listener of this.listeners) listener();
  }
}

function opened({ sealedPassword, ...rest }: StoredDevice, seal: Seal): PairedDevice {
  const device = withoutUndefined(rest);
  return sealedPassword === undefined ? device : { ...device, password: seal.unseal(sealedPassword) };
}

function closed({ password, ...rest }: PairedDevice, seal: Seal): StoredDevice {
  return password === undefined ? rest : { ...rest, sealedPassword: seal.close(password) };
}

function withoutUndefined(device: Omit<StoredDevice, 'sealedPassword'>): PairedDevice {
  return Object.fromEntries(
    Object.entries(device).filter(([, value]) => value !== undefined),
  ) as unknown as PairedDevice;
}
