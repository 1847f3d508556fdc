/** The devices whose messages are being recorded for a profile. At the gateway's own broker they may use any topic meanwhile. */
export class Learning {
  private readonly devices = new Map<string, number>();

  has(device: string): boolean {
    return this.devices.has(device);
  }

  /** Begins for one reader of the device; the answer ends it. */
  begin(device: string): () => void {
    this.devices.set(device, (this.devices.get(device) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = (this.devices.get(device) ?? 1) - 1;
      if (left === 0) this.devices.delete(device);
      else this.devices.set(device, left);
    };
  }
}
