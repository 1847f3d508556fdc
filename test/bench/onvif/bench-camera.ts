import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PULL_MS = 5000;
const LIFETIME_MS = 120_000;

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" ' +
  'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsa5="http://www.w3.org/2005/08/addressing" ' +
  'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tns1="http://www.onvif.org/ver10/topics" ' +
  'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:tev="http://www.onvif.org/ver10/events/wsdl"><SOAP-ENV:Body>';
const TAIL = '</SOAP-ENV:Body></SOAP-ENV:Envelope>';

/** A camera that costs next to nothing: canned replies, no login, one subscription. */
export class BenchCamera {
  private waiting: ServerResponse | undefined;
  private readonly queue: string[] = [];
  private on = false;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static start(): Promise<BenchCamera> {
    return new Promise((resolve) => {
      const server = createServer((request, response) => void camera?.answer(request, response));
      server.keepAliveTimeout = 0;
      let camera: BenchCamera | undefined;
      server.listen(0, '127.0.0.1', () => {
        camera = new BenchCamera(server, (server.address() as AddressInfo).port);
        resolve(camera);
      });
    });
  }

  /** Motion begins or ends. */
  move(): void {
    this.on = !this.on;
    this.queue.push(
      '<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">' +
        'tns1:RuleEngine/CellMotionDetector/Motion</wsnt:Topic><wsnt:ProducerReference><wsa5:Address>' +
        `http://127.0.0.1:${this.port}/onvif/event</wsa5:Address></wsnt:ProducerReference><wsnt:Message>` +
        `<tt:Message UtcTime="${new Date().toISOString()}" PropertyOperation="Changed"><tt:Source>` +
        '<tt:SimpleItem Name="VideoSourceConfigurationToken" Value="VideoSourceConfig_1"/>' +
        '<tt:SimpleItem Name="VideoAnalyticsConfigurationToken" Value="VideoAnalyticsConfig_1"/>' +
        '<tt:SimpleItem Name="Rule" Value="MyMotionDetectorRule"/></tt:Source>' +
        `<tt:Data><tt:SimpleItem Name="IsMotion" Value="${this.on}"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`,
    );
    this.flush();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString('latin1');
    const operation = /<s:Body><\w+:(\w+)/.exec(body)?.[1] ?? '';
    if (operation !== 'PullMessages') return send(response, this.replyTo(operation));
    this.waiting = response;
    setTimeout(() => this.waiting === response && this.reply(), PULL_MS);
    this.flush();
  }

  private flush(): void {
    if (this.waiting !== undefined && this.queue.length > 0) this.reply();
  }

  private reply(): void {
    const messages = this.queue.splice(0).join('');
    if (this.waiting) {
      send(this.waiting, `<tev:PullMessagesResponse>${times('tev')}${messages}</tev:PullMessagesResponse>`);
    }
    this.waiting = undefined;
  }

  private replyTo(operation: string): string {
    const here = `http://127.0.0.1:${this.port}/onvif/event`;
    switch (operation) {
      case 'GetSystemDateAndTime':
        return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>${clockOf(new Date())}</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;
      case 'GetCapabilities':
        return `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Events><tt:XAddr>${here}</tt:XAddr></tt:Events></tds:Capabilities></tds:GetCapabilitiesResponse>`;
      case 'CreatePullPointSubscription':
        return `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa5:Address>${here}</wsa5:Address></tev:SubscriptionReference>${times('wsnt')}</tev:CreatePullPointSubscriptionResponse>`;
      case 'Renew':
        return `<wsnt:RenewResponse>${times('wsnt')}</wsnt:RenewResponse>`;
      default:
        return `<tev:${operation}Response/>`;
    }
  }
}

function times(prefix: string): string {
  const now = Date.now();
  const at = (ms: number): string => new Date(ms).toISOString();
  return `<${prefix}:CurrentTime>${at(now)}</${prefix}:CurrentTime><${prefix}:TerminationTime>${at(now + LIFETIME_MS)}</${prefix}:TerminationTime>`;
}

function clockOf(now: Date): string {
  const time = `<tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second>`;
  const date = `<tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day>`;
  return `<tt:UTCDateTime><tt:Time>${time}</tt:Time><tt:Date>${date}</tt:Date></tt:UTCDateTime>`;
}

function send(response: ServerResponse, body: string): void {
  const text = HEAD + body + TAIL;
  response.writeHead(200, {
    'content-type': 'application/soap+xml; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
