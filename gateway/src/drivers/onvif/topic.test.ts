import { expect, test } from '@jest/globals';
import { stripTopic } from './topic.js';

test.each([
  ['tns1:VideoSource/MotionAlarm', 'VideoSource/MotionAlarm'],
  ['tns1:RuleEngine/CellMotionDetector/Motion', 'RuleEngine/CellMotionDetector/Motion'],
  ['tns1:Device/tns1:Trigger/tns1:DigitalInput', 'Device/Trigger/DigitalInput'],
  ['tns1:Device/Trigger/tnshik:AlarmIn', 'Device/Trigger/AlarmIn'],
  ['tnsaxis:CameraApplicationPlatform/VMD/Camera1Profile1', 'CameraApplicationPlatform/VMD/Camera1Profile1'],
  ['tns1:VideoSource/MotionAlarm/', 'VideoSource/MotionAlarm'],
  ['tns1:VideoSource//.', 'VideoSource'],
  ['tns1:VideoSource/.', 'VideoSource'],
  ['\n  tns1:VideoSource/MotionAlarm \n', 'VideoSource/MotionAlarm'],
  ['VideoSource/MotionAlarm', 'VideoSource/MotionAlarm'],
  ['tns1:IVA/EnteringField/Rule: gate 2', 'IVA/EnteringField/Rule: gate 2'],
  ['tns1:IVA/EnteringField/大门', 'IVA/EnteringField/大门'],
  ['tns1: Receiver/ChangeState', 'Receiver/ChangeState'],
  ['', ''],
])('%j becomes %j', (raw, topic) => {
  expect(stripTopic(raw)).toBe(topic);
});
