import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@angrid/runtime';
import { DigestGuard } from '../camera/auth/digest.js';
import { push, type Pushed, type PushTarget } from './pusher.js';

export interface IsapiPanelOptions {
  /** Where it pushes to: the address that `angrid device add` prints. */
  readonly target: PushTarget;
  readonly clock: Clock;
  readonly account: { readonly user: string; password: string };
}

interface Passage {
  readonly serial: number;
  readonly time: string;
  readonly major: number;
  readonly minor: number;
}

const BOUNDARY = 'MIME_boundary';
const SEARCH = '/ISAPI/AccessControl/AcsEvent?format=json';
const PAGE = 30;

/** An access controller that pushes its events in parts, pictures with them, and can be asked for its records. */
export class IsapiPanel {
  private readonly passages: Passage[] = [];
  private readonly guard: DigestGuard;
  private serial = 0;

  private constructor(
    private readonly options: IsapiPanelOptions,
    private readonly server: Server,
  ) {
    const { account, clock } = options;
    this.guard = new DigestGuard({ realm: 'access', account, clock, qop: true });
  }

  static async start(options: IsapiPanelOptions): Promise<IsapiPanel> {
    const server = createServer();
    const panel: IsapiPanel = new IsapiPanel(options, server);
    server.on('request', (request, response) => void panel.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    return panel;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Somebody passes, or something happens: kept in the log of the panel. */
  happen(major: number, minor: number): number {
    this.serial += 1;
    const time = new Date(this.options.clock.wall()).toISOString().replace(/\.\d+Z$/, '+00:00');
    this.passages.push({ serial: this.serial, time, major, minor });
    return this.serial;
  }

  /** Pushes the event of a number, with a picture of that many bytes. */
  push(serial: number, pictureBytes = 0): Promise<Pushed> {
    const passage = this.passages.find((one) => one.serial === serial);
    if (!passage) throw new Error(`no event ${serial}`);
    const json = Buffer.from(JSON.stringify(eventOf(passage)));
    const parts = [partOf('AccessControllerEvent', 'application/json', json)];
    if (pictureBytes > 0) parts.push(partOf('Picture', 'image/jpeg', Buffer.alloc(pictureBytes, 0xd8)));
    const body = Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
    const contentType = `multipart/form-data; boundary=${BOUNDARY}`;
    return push(this.options.target, { method: 'POST', contentType, body });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { authorization } = request.headers;
    if (!this.guard.accepts(authorization, request.method ?? '', request.url ?? '')) {
      response.writeHead(401, { 'www-authenticate': this.guard.challenges() }).end();
    } else if (request.url !== SEARCH) {
      response.writeHead(404).end();
    } else {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(this.found(JSON.parse(Buffer.concat(chunks).toString()) as Search)));
    }
  }

  private found({ AcsEventCond: condition }: Search): object {
    const { searchID, searchResultPosition: position, beginSerialNo: first, endSerialNo: last } = condition;
    const all = this.passages.filter(({ serial }) => serial >= first && serial <= last);
    const some = all.slice(position, position + PAGE);
    return {
      AcsEvent: {
        searchID,
        totalMatches: all.length,
        responseStatusStrg: position + some.length < all.length ? 'MORE' : 'OK',
        numOfMatches: some.length,
        InfoList: some.map(({ serial, time, major, minor }) => ({ major, minor, time, doorNo: 1, serialNo: serial })),
      },
    };
  }
}

interface Search {
  readonly AcsEventCond: {
    readonly searchID: string;
    readonly searchResultPosition: number;
    readonly beginSerialNo: number;
    readonly endSerialNo: number;
  };
}

function eventOf({ serial, time, major, minor }: Passage): object {
  return {
    ipAddress: '127.0.0.1',
    dateTime: time,
    activePostCount: 1,
    eventType: 'AccessControllerEvent',
    eventState: 'active',
    AccessControllerEvent: {
      majorEventType: major,
      subEventType: minor,
      name: 'resident',
      doorNo: 1,
      serialNo: serial,
      frontSerialNo: serial - 1,
      currentEvent: true,
    },
  };
}

function partOf(name: string, type: string, content: Buffer): Buffer {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${type}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n')]);
}
