import { find, type Markup, parseXml, textAt, xml, type XmlElement } from './xml.js';

/** One SOAP 1.2 request, taken apart. */
export interface SoapRequest {
  /** The operation: local name and namespace of the body's first element. */
  readonly operation: XmlElement;
  readonly header: XmlElement | undefined;
  readonly action: string | undefined;
  readonly messageId: string | undefined;
  readonly to: string | undefined;
}

type FaultCode = 'Sender' | 'Receiver';

/** A refusal as cameras give it (ONVIF Core 5.11.2). */
export class SoapFault extends Error {
  constructor(
    readonly code: FaultCode,
    readonly subcodes: readonly string[],
    reason: string,
    readonly status = code === 'Sender' ? 400 : 500,
  ) {
    super(reason);
    this.name = 'SoapFault';
  }

  toMarkup(): Markup {
    return xml`
      <env:Fault>
        <env:Code><env:Value>env:${this.code}</env:Value>${nested(this.subcodes)}</env:Code>
        <env:Reason><env:Text xml:lang="en">${this.message}</env:Text></env:Reason>
      </env:Fault>`;
  }
}

export const faults = {
  notAuthorized: () => new SoapFault('Sender', ['ter:NotAuthorized'], 'Sender not Authorized'),
  malformed: () => new SoapFault('Sender', ['ter:WellFormed'], 'Well-formed Error'),
  unknownOperation: () => new SoapFault('Receiver', ['ter:ActionNotSupported'], 'Optional Action Not Implemented'),
  invalidArgument: (what: string) => new SoapFault('Sender', ['ter:InvalidArgVal', what], 'Argument Value Invalid'),
  unknownSubscription: () => new SoapFault('Sender', ['wsrf-rw:ResourceUnknownFault'], 'Resource unknown'),
  tooManySubscriptions: () =>
    new SoapFault('Receiver', ['wsnt:SubscribeCreationFailedFault'], 'Too many subscriptions'),
  badTermination: () =>
    new SoapFault('Sender', ['wsnt:UnacceptableInitialTerminationTimeFault'], 'Unacceptable termination time'),
  headerRequired: () =>
    new SoapFault('Sender', ['wsa5:MessageAddressingHeaderRequired'], 'A required header is missing'),
  wrongDestination: () => new SoapFault('Sender', ['wsa5:DestinationUnreachable'], 'No route to the address in To'),
} as const;

function nested(subcodes: readonly string[]): Markup {
  const [first, ...others] = subcodes;
  if (first === undefined) return xml``;
  return xml`<env:Subcode><env:Value>${first}</env:Value>${nested(others)}</env:Subcode>`;
}

/** Throws the WellFormed fault on everything that is not a SOAP envelope. */
export function parseRequest(document: string): SoapRequest {
  const envelope = parseOrFault(document);
  const operation = find(envelope, 'Body')?.children[0];
  if (envelope.name !== 'Envelope' || !operation) throw faults.malformed();
  const header = find(envelope, 'Header');
  return {
    operation,
    header,
    action: textAt(header, 'Action'),
    messageId: textAt(header, 'MessageID'),
    to: textAt(header, 'To'),
  };
}

function parseOrFault(document: string): XmlElement {
  try {
    return parseXml(document);
  } catch {
    throw faults.malformed();
  }
}

const NAMESPACES = {
  env: 'http://www.w3.org/2003/05/soap-envelope',
  wsa5: 'http://www.w3.org/2005/08/addressing',
  wsnt: 'http://docs.oasis-open.org/wsn/b-2',
  wstop: 'http://docs.oasis-open.org/wsn/t-1',
  'wsrf-rw': 'http://docs.oasis-open.org/wsrf/rw-2',
  tds: 'http://www.onvif.org/ver10/device/wsdl',
  trt: 'http://www.onvif.org/ver10/media/wsdl',
  tev: 'http://www.onvif.org/ver10/events/wsdl',
  tt: 'http://www.onvif.org/ver10/schema',
  tns1: 'http://www.onvif.org/ver10/topics',
  ter: 'http://www.onvif.org/ver10/error',
  xsd: 'http://www.w3.org/2001/XMLSchema',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
} as const;

const DECLARATIONS = Object.entries(NAMESPACES)
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ');

/** The reply to `request`; with addressing headers when the request had a message id. */
export function envelope(body: Markup, request?: SoapRequest): string {
  const related = request?.messageId === undefined ? xml`` : addressing(request.messageId, request.action ?? '');
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope ${DECLARATIONS}>` +
    `<env:Header>${related}</env:Header><env:Body>${body}</env:Body></env:Envelope>`
  );
}

function addressing(messageId: string, action: string): Markup {
  return xml`
    <wsa5:RelatesTo>${messageId}</wsa5:RelatesTo>
    <wsa5:To>http://www.w3.org/2005/08/addressing/anonymous</wsa5:To>
    <wsa5:Action>${action.replace(/Request$/, '')}Response</wsa5:Action>`;
}
