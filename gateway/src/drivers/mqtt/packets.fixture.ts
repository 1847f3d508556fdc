/** MQTT packets of a client as bytes, written by hand so that tests can also write wrong ones. */

export interface ConnectFields {
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly keepAlive: number;
  readonly clean: boolean;
  readonly level: number;
  readonly protocol: string;
  /** Laid over the computed connect flags. */
  readonly flags: number;
  readonly will?: {
    readonly topic: string;
    readonly payload: string;
    readonly retain?: boolean;
    readonly qos?: number;
  };
}

export interface PublishFields {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos: number;
  readonly id: number;
  readonly retain: boolean;
  readonly duplicate: boolean;
}

/** A packet of any first byte and body, with its length computed. */
export function packet(first: number, ...body: readonly Buffer[]): Buffer {
  const content = Buffer.concat(body);
  return Buffer.concat([Buffer.from([first]), remainingLength(content.length), content]);
}

export function remainingLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}

export function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([number(bytes.length), bytes]);
}

export function number(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

export function connect(fields: Partial<ConnectFields> = {}): Buffer {
  const {
    clientId = 'A',
    username,
    password,
    keepAlive = 60,
    clean = true,
    level = 4,
    protocol = 'MQTT',
    will,
  } = fields;
  const flags =
    (clean ? 0x02 : 0) |
    (will ? 0x04 | ((will.qos ?? 0) << 3) | (will.retain ? 0x20 : 0) : 0) |
    (username === undefined ? 0 : 0x80) |
    (password === undefined ? 0 : 0x40) |
    (fields.flags ?? 0);
  return packet(
    0x10,
    text(protocol),
    Buffer.from([level, flags]),
    number(keepAlive),
    text(clientId),
    ...(will ? [text(will.topic), text(will.payload)] : []),
    ...(username === undefined ? [] : [text(username)]),
    ...(password === undefined ? [] : [text(password)]),
  );
}

export function publish(fields: Partial<PublishFields> & { readonly topic: string }): Buffer {
  const { topic, payload = '{}', qos = 1, id = 1, retain = false, duplicate = false } = fields;
  const first = 0x30 | (duplicate ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  return packet(first, text(topic), ...(qos > 0 ? [number(id)] : []), Buffer.from(payload as string));
}

export function subscribe(id: number, ...filters: readonly string[]): Buffer {
  return packet(0x82, number(id), ...filters.flatMap((filter) => [text(filter), Buffer.from([1])]));
}

export function unsubscribe(id: number, ...filters: readonly string[]): Buffer {
  return packet(0xa2, number(id), ...filters.map((filter) => text(filter)));
}

export const puback = (id: number): Buffer => packet(0x40, number(id));
export const pubrec = (id: number): Buffer => packet(0x50, number(id));
export const pubrel = (id: number): Buffer => packet(0x62, number(id));
export const pubcomp = (id: number): Buffer => packet(0x70, number(id));
export const pingreq = packet(0xc0);
export const pingresp = packet(0xd0);
export const disconnect = packet(0xe0);
