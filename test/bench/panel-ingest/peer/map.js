// The function of the flow: the same mapping and the same keyed hash as the gateway's profiles make.
const crypto = global.get('crypto');
const KEY = 'a key of the site, 32 bytes long.';
const GENERIC = {
  'access.granted': 'access.granted',
  'access.denied': 'access.denied',
  'door.opened': 'door.opened',
  'door.closed': 'door.closed',
  'door.forced': 'door.forced',
};
const VERIFY = { 1: 'access.granted', 2: 'access.denied', 3: 'access.denied' };

const device = msg.topic.split('/')[2];
const raw = msg.payload;
const body = JSON.parse(raw);
const isFace = body.operator === 'RecPush';
const kind = isFace ? VERIFY[body.info.VerifyStatus] : GENERIC[body.event];
if (kind === undefined) return null;
const record = isFace ? `${body.info.RecordID}|${body.info.time}` : `${body.boot}|${body.seq}`;
const time = isFace ? new Date(`${body.info.time.replace(' ', 'T')}+08:00`) : new Date(body.time);
const card = isFace ? body.info.customId : body.card;
const credential = crypto.createHmac('sha256', KEY).update(String(card)).digest('base64url').slice(0, 22);
const id = crypto.createHash('sha256').update(`gw|${device}|${record}|${kind}`).digest('hex');
msg.topic = `out/${device}`;
msg.payload = JSON.stringify({
  specversion: '1.0',
  id,
  source: 'angrid://gw',
  subject: device,
  type: `cn.angrid.event.${kind}.v1`,
  time: time.toISOString(),
  datacontenttype: 'application/json',
  sourcekind: 'gateway',
  lane: 'record',
  retentionclass: 'passage',
  late: isFace && String(body.info.Sendintime) === '0',
  data: {
    kind,
    device,
    channel: body.door,
    profile: isFace ? 'face-panel-mqtt@1.0.0' : 'json-panel@1.0.0',
    vendorCode: isFace ? `RecPush/${body.info.VerifyStatus}` : body.event,
    rawHash: crypto.createHash('sha256').update(raw).digest('hex'),
    dedup: record,
    credential,
    deviceTime: time.toISOString(),
    gatewayTime: new Date().toISOString(),
    deviceSequence: isFace ? Number(body.info.RecordID) : body.seq,
  },
});
return msg;
