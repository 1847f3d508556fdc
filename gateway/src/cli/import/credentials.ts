import { existsSync } from 'node:fs';
import type { PanelAccess } from '../../control/answers.js';
import { appendDurably } from './journal.js';

const HEADS = ['id', 'name', 'host', 'port', 'user', 'password', 'client_id', 'ca_certificate', 'url'];

/** The passwords of new panels, for the person who types them in: a CSV file of mode 0600 beside the input. */
export class CredentialsFile {
  written = false;

  constructor(readonly file: string) {}

  async write(device: { readonly id: string; readonly name: string }, access: PanelAccess): Promise<void> {
    // The mark at the beginning lets Excel read the names as UTF-8.
    const head = existsSync(this.file) ? '' : `\ufeff${lineOf(HEADS)}`;
    const { hosts, port, user, password, clientId, certificateAuthority, http } = access;
    const host = hosts[0] ?? '';
    const login = [host, String(port), user, password, clientId, certificateAuthority];
    const line = lineOf([device.id, device.name, ...login, http?.urls.join(' ') ?? '']);
    await appendDurably(this.file, head + line);
    this.written = true;
  }
}

/** A cell that a spreadsheet would take for a formula gets a space before it. */
export function lineOf(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${(/^[=+\-@\t]/.test(cell) ? ` ${cell}` : cell).replaceAll('"', '""')}"`).join(',')}\r\n`;
}
