import type { FindingCode } from '../control/finding.js';
import type { FindingText } from './findings.js';

type ExternalBrokerCode = Extract<FindingCode, `broker.external${string}`>;

/** Every finding about a broker of the operator's own in words. */
export const externalBrokerTexts: Readonly<Record<ExternalBrokerCode, FindingText>> = {
  'broker.external.good': {
    says: {
      'zh-CN': '已连接外部 MQTT 服务 {address}，订阅 {count} 个主题',
      en: 'the gateway is connected to your broker {address} and subscribed to {count} topics',
    },
  },
  'broker.external-connecting': {
    says: {
      'zh-CN': '正在连接外部 MQTT 服务 {address}',
      en: 'the gateway is about to connect to your broker {address}',
    },
    cure: { 'zh-CN': '稍候再试', en: 'look again in a moment' },
  },
  'broker.external-unreachable': {
    says: {
      'zh-CN': '外部 MQTT 服务 {address} 没有应答：{detail}',
      en: 'your broker {address} does not answer: {detail}',
    },
    cure: {
      'zh-CN': '启动该服务，检查 mqtt.external.url 和网络；期间的消息由该服务保存',
      en: 'start the broker, check mqtt.external.url and the network; it keeps the messages meanwhile',
    },
  },
  'broker.external-untrusted': {
    says: {
      'zh-CN': '外部 MQTT 服务 {address} 的 TLS 连接失败：{detail}',
      en: 'the TLS connection to your broker {address} fails: {detail}',
    },
    cure: {
      'zh-CN': '把签发其证书的 CA 写入 mqtt.external.certificateAuthority，并使用证书中的主机名',
      en: 'name the CA of its certificate in mqtt.external.certificateAuthority, and use a host name that the certificate has',
    },
  },
  'broker.external-credentials': {
    says: {
      'zh-CN': '外部 MQTT 服务 {address} 拒绝了网关的用户名或密码',
      en: 'your broker {address} refuses the user or password of the gateway',
    },
    cure: {
      'zh-CN': '检查 mqtt.external.user 和 mqtt.external.password，并在该服务上建立此用户',
      en: 'check mqtt.external.user and mqtt.external.password, and that the broker has this user',
    },
  },
  'broker.external-refused': {
    says: {
      'zh-CN': '外部 MQTT 服务 {address} 拒绝了连接：{detail}',
      en: 'your broker {address} refuses the connection: {detail}',
    },
    cure: {
      'zh-CN': '查看该服务的日志；旧版服务请把 mqtt.external.version 设为 3.1.1',
      en: 'look at its log; set mqtt.external.version to 3.1.1 for an old broker',
    },
  },
  'broker.external-taken-over': {
    says: {
      'zh-CN': '另一个客户端使用了本网关在 {address} 的客户端编号',
      en: 'another client uses the client id of this gateway at {address}',
    },
    cure: {
      'zh-CN': '为每个网关设置不同的 mqtt.external.clientId，并停止复制出的网关',
      en: 'give each gateway a mqtt.external.clientId of its own, and stop a gateway that was copied',
    },
  },
  'broker.external-not-stored': {
    says: {
      'zh-CN': '来自 {address} 的消息无法保存（{detail}），未确认收到，由该服务保留',
      en: 'messages from {address} cannot be stored ({detail}); they stay unacknowledged at your broker',
    },
    cure: {
      'zh-CN': '先排除发件箱的问题；之后消息会重新送达',
      en: 'mend the outbox first; the messages come again after that',
    },
  },
  'broker.external-topics': {
    says: {
      'zh-CN': '外部 MQTT 服务 {address} 拒绝了 {count} 个订阅，如 {example}',
      en: 'your broker {address} refuses {count} subscriptions, such as {example}',
    },
    cure: {
      'zh-CN': '在该服务的权限（ACL）中允许网关用户读取这些主题',
      en: "let the gateway's user read these topics in the rights (ACL) of the broker",
    },
  },
  'broker.external-plain': {
    says: {
      'zh-CN': '与外部 MQTT 服务 {address} 的连接没有加密',
      en: 'the connection to your broker {address} is not encrypted',
    },
    cure: { 'zh-CN': '使用 mqtts:// 地址', en: 'use an address with mqtts://' },
  },
  'broker.external-shared.good': {
    says: {
      'zh-CN':
        '消息由共享组 {group} 的各网关分担；请让该服务按主题分配（EMQX：hash_topic），否则依赖多条事件的规则只见到一部分',
      en: 'the gateways of the group {group} divide the messages; let the broker do so by topic (EMQX: hash_topic), or rules over several events see only a part of them',
    },
  },
};
