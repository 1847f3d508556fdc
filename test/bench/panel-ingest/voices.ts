/** Three profiles over MQTT, each with its topic and its words for "somebody came in" and "somebody was refused". */
export const voices = {
  'json-panel': {
    topic: (device: string) => `angrid/v1/${device}/event`,
    body: (_device: string, sequence: number, now: Date) => ({
      event: sequence % 20 === 0 ? 'access.denied' : 'access.granted',
      seq: sequence,
      boot: 'b1',
      time: now.toISOString(),
      door: '1',
      card: cardOf(sequence),
      method: 'card',
    }),
  },
  'face-panel-mqtt': {
    topic: (device: string) => `mqtt/face/${device}/Rec`,
    body: (device: string, sequence: number, now: Date) => ({
      operator: 'RecPush',
      info: {
        facesluiceId: device,
        RecordID: String(sequence),
        VerifyStatus: sequence % 20 === 0 ? '2' : '1',
        Sendintime: 1,
        PushType: 0,
        customId: cardOf(sequence),
        time: localTime(now),
      },
    }),
  },
  'tuya-lock': {
    topic: (device: string) => `tylink/${device}/thing/property/report`,
    body: (_device: string, sequence: number, now: Date) => ({
      msgId: `m-${sequence}`,
      time: now.getTime(),
      data:
        sequence % 20 === 0
          ? { alarm_lock: { value: 'wrong_card', time: now.getTime() } }
          : { unlock_card: { value: sequence % 997, time: now.getTime() } },
    }),
  },
} as const;
export type Voice = keyof typeof voices;

export const voiceNames = Object.keys(voices) as Voice[];

const BODY_BYTES = 250;

/** One event of 250 bytes, as the panel sends it. */
export function eventOf(voice: Voice, device: string, sequence: number): string {
  const body = voices[voice].body(device, sequence, new Date());
  const note = 'x'.repeat(Math.max(0, BODY_BYTES - JSON.stringify({ ...body, note: '' }).length));
  return JSON.stringify({ ...body, note });
}

function cardOf(sequence: number): string {
  return `0012${String(sequence % 997).padStart(6, '0')}`;
}

/** As panels without a zone write it. */
function localTime(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
