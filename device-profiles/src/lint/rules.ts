type Say = (subject: string) => string;

interface LintText {
  readonly level: 'error' | 'advice';
  readonly text: { readonly 'zh-CN': Say; readonly en: Say };
}

const error = (zh: Say, en: Say): LintText => ({ level: 'error', text: { 'zh-CN': zh, en } });
const advice = (zh: Say, en: Say): LintText => ({ level: 'advice', text: { 'zh-CN': zh, en } });

/** Everything that the linter can find, in the words of a profile's author. */
export const lintTexts = {
  'unknown-topic': error(
    (name) => `transport 中没有名为“${name}”的主题`,
    (name) => `transport has no topic of the name "${name}"`,
  ),
  'unused-topic': advice(
    (name) => `没有消息使用主题“${name}”`,
    (name) => `no message uses the topic "${name}"`,
  ),
  'wide-down-topic': error(
    () => '下行主题只能含 {device}',
    () => 'a topic to the device may hold no other placeholder than {device}',
  ),
  'unknown-table': error(
    (name) => `没有名为“${name}”的表`,
    (name) => `there is no table of the name "${name}"`,
  ),
  'answer-without-http': error(
    () => 'answer 只用于 HTTP 推送',
    () => '`answer` is for HTTP; over MQTT use `acknowledge`',
  ),
  'each-of-no-list': error(
    () => 'each 须指向消息体中的列表',
    () => '`each` names a list of the body',
  ),
  'item-without-each': error(
    () => '使用 $item 的消息须给出 each',
    () => 'a message that reads $item needs `each`',
  ),
  'wrong-way-down': error(
    () => 'MQTT 只能用 publish，HTTP 只能用 poll 或 call',
    () => 'publish is for MQTT, poll and call are for HTTP',
  ),
  'no-discriminator': error(
    () => '使用 is 之前须给出 read.discriminator',
    () => '`is` needs read.discriminator',
  ),
  'no-dedup': error(
    () => '消息没有 dedup：重复发送时无法识别',
    () => 'the message has no dedup: it could not be known again when it is sent twice',
  ),
  'raw-without-time': error(
    () => 'dedup 为 raw 或含 $time 时必须有 time',
    () => 'dedup raw and $time are for messages with a time: without one, two equal messages are not one event',
  ),
  'no-offline-rule': error(
    () => '有心跳消息但没有 heartbeat.offlineAfterSeconds',
    () => 'there is a heartbeat message, but no heartbeat.offlineAfterSeconds',
  ),
  'no-sign-of-life': error(
    () => '声明了 heartbeat，却没有任何消息能表示设备在线',
    () => 'heartbeat is declared, but no message is a sign of life',
  ),
  'too-many-attributes': error(
    () => '一个事件最多 24 个属性',
    () => 'an event has at most 24 attributes',
  ),
  'template-too-large': error(
    () => '模板最多 6 层、4096 字节',
    () => 'a template has at most 6 levels and 4096 bytes',
  ),
  unlock: error(
    () => '不允许开门指令',
    () => 'no command may unlock a door',
  ),
  'keeps-personal': error(
    (path) => `事件会保留个人信息字段“${path}”`,
    (path) => `the event would keep the personal field "${path}"`,
  ),
  'looks-personal': error(
    (path) => `“${path}”看起来是个人信息：列入 personal，不要保留`,
    (path) => `"${path}" looks like a personal field: list it under personal and do not keep it`,
  ),
  'undeclared-credential': error(
    (path) => `credential“${path}”须列入 personal.pseudonym`,
    (path) => `the credential "${path}" must be listed under personal.pseudonym`,
  ),
  'few-examples': advice(
    () => '至少需要 5 个示例',
    () => 'at least 5 examples are needed',
  ),
  'no-such-example': advice(
    (shown) => `缺少示例 shows: ${shown}`,
    (shown) => `an example that shows: ${shown} is missing`,
  ),
} as const satisfies Record<string, LintText>;

export type LintRule = keyof typeof lintTexts;
