import { push, type Pushed } from './pusher.js';

export interface LineTerminalOptions {
  /** `http://host:port`, and the own address of the terminal. */
  readonly server: string;
  readonly from: string;
  readonly serial: string;
}

/** A terminal that makes its own paths: records as lines, and commands that it fetches. */
export class LineTerminal {
  /** Commands that it was given, in order. */
  readonly commands: string[] = [];
  private index = 0;

  constructor(private readonly options: LineTerminalOptions) {}

  /** One record of its log; `event` is the vendor's code. */
  record(event: number, time: string): Promise<Pushed> {
    this.index += 1;
    const cells = [
      `time=${time}`,
      'pin=0',
      'cardno=0',
      'eventaddr=1',
      `event=${event}`,
      'inoutstatus=2',
      'verifytype=200',
    ];
    const body = `${[...cells, `index=${this.index}`].join('\t')}\r\n`;
    return this.ask('POST', 'iclock/cdata', { table: 'rtlog' }, body);
  }

  /** Asks whether there is something to do. */
  async poll(): Promise<Pushed> {
    const answer = await this.ask('GET', 'iclock/getrequest', {});
    if (answer.text.startsWith('C:')) this.commands.push(answer.text);
    return answer;
  }

  private ask(method: 'GET' | 'POST', path: string, query: Record<string, string>, body?: string): Promise<Pushed> {
    const { server, from, serial } = this.options;
    const url = `${server}/${path}?${new URLSearchParams({ SN: serial, ...query }).toString()}`;
    return push({ url, from }, { method, contentType: 'text/plain', ...(body !== undefined && { body }) });
  }
}
