import { expect, it } from '@jest/globals';
import { metadataReader } from './drivers/onvif/metadata.js';
import type { Notified } from './drivers/onvif/notification.js';
import { notified } from './drivers/onvif/notification.js';
import { readMessage } from './drivers/onvif/over-mqtt.js';
import { readXml } from './drivers/onvif/soap/xml.js';
import { PipelineBench } from './pipeline.fixture.js';

function crossing(second: number): string {
  return (
    '<wsnt:NotificationMessage><wsnt:Topic>tns1:RuleEngine/LineDetector/Crossed</wsnt:Topic><wsnt:Message>' +
    `<tt:Message UtcTime="2026-01-01T00:00:0${second}Z"><tt:Source><tt:SimpleItem Name="VideoSource" Value="v"/></tt:Source>` +
    '<tt:Data><tt:SimpleItem Name="ObjectId" Value="7"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>'
  );
}

function byMetadata(second: number): Notified {
  const found: Notified[] = [];
  const reader = metadataReader({ onNotification: (one) => found.push(one) });
  reader.feed(Buffer.from(`<tt:MetadataStream><tt:Event>${crossing(second)}</tt:Event></tt:MetadataStream>`));
  return found[0]!;
}

function byMqtt(second: number): Notified {
  const body = { UtcTime: `2026-01-01T00:00:0${second}.000Z`, Source: { VideoSource: 'v' }, Data: { ObjectId: 7 } };
  return readMessage('cam-1/onvif-ej/RuleEngine/LineDetector/Crossed/&v', Buffer.from(JSON.stringify(body)))!;
}

it('an event that comes by the pull point, the metadata track and MQTT is one event, whichever is first', async () => {
  const bench = await new PipelineBench(['cam-1'], undefined, 'camera').open();
  const byPull = (second: number) => notified(readXml(crossing(second)));
  const ways = [byPull, byMetadata, byMqtt];
  for (const [index] of ways.entries()) {
    for (const way of [...ways.slice(index), ...ways.slice(0, index)]) {
      const { wall, monotonicMs } = {
        wall: new Date(bench.clock.wall()).toISOString(),
        monotonicMs: bench.clock.monotonic(),
      };
      const received = { wall, monotonicMs, boot: 'boot-1' };
      await bench.pipeline.accept({ deviceId: 'cam-1', protocol: 'onvif', ...way(index), received });
      await bench.clock.advance(100);
    }
  }
  const events = bench.outbox.lanes.alarm.filter(({ type }) => type === 'cn.angrid.behaviour.line_cross.v1');
  expect(events).toHaveLength(3);
});
