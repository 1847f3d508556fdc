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

const LOCK = { wrong_card: 'access.denied', wrong_password: 'access.denied', pry: 'tamper.device' };

const raw = msg.payload;
const body = JSON.parse(raw);
const levels = msg.topic.split('/');

function generic() {
  return {
    profile: 'json-panel@1.0.0',
    device: levels[2],
    channel: body.door,
    kind: GENERIC[body.event],
    code: body.event,
    record: `${body.boot}|${body.seq}`,
    sequence: body.seq,
    time: new Date(body.time),
    card: body.card,
    late: false,
  };
}

function face() {
  const { info } = body;
  return {
    profile: 'face-panel-mqtt@1.0.0',
    device: levels[2],
    kind: VERIFY[info.VerifyStatus],
    code: `RecPush/${info.VerifyStatus}`,
    record: `${info.RecordID}|${info.time}`,
    sequence: Number(info.RecordID),
    time: new Date(`${info.time.replace(' ', 'T')}+08:00`),
    card: info.customId,
    late: String(info.Sendintime) === '0',
  };
}

function lock() {
  const { unlock_card: unlocked, alarm_lock: alarm } = body.data;
  return {
    profile: 'tuya-lock@1.0.0',
    device: levels[1],
    kind: unlocked ? 'access.granted' : LOCK[alarm.value],
    code: alarm?.value,
    record: `${body.msgId}|${body.time}`,
    time: new Date(body.time),
    card: unlocked?.value ?? '',
    late: false,
  };
}

const read = body.operator === 'RecPush' ? face() : levels[0] === 'tylink' ? lock() : generic();
const { device, kind, record, time, card } = read;
if (kind === undefined) return null;
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
  late: read.late,
  data: {
    kind,
    device,
    channel: read.channel,
    profile: read.profile,
    vendorCode: read.code,
    rawHash: crypto.createHash('sha256').update(raw).digest('hex'),
    dedup: record,
    credential,
    deviceTime: time.toISOString(),
    gatewayTime: new Date().toISOString(),
    deviceSequence: read.sequence,
  },
});
return msg;
