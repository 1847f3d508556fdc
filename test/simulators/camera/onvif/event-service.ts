import type { EventSource } from './event-source.js';
import { notificationXml } from './notification.js';
import { type DeviceView, paths, type Service, type SoapCall } from './service.js';
import { faults } from './soap.js';
import type { Subscription, Subscriptions } from './subscriptions.js';
import { dateTime, durationMs } from './time.js';
import { topicSet } from './topics.js';
import { type Markup, textAt, xml } from './xml.js';

const NAMESPACE = 'http://www.onvif.org/ver10/events/wsdl';
const DEFAULT_LIFETIME_MS = 60_000;
const MAX_LIFETIME_MS = 24 * 3_600_000;
const MAX_PULL_MS = 60_000;
const MAX_PULL_MESSAGES = 100;
/** Of a network that nobody routes (RFC 5737). */
const WRONG_HOST = '198.51.100.7:80';

/** The event service: what subscriptions there are is shared with the subscription manager. */
export interface EventParts {
  readonly device: DeviceView;
  readonly events: EventSource;
  readonly subscriptions: Subscriptions;
}

export function eventService(parts: EventParts): Service {
  return {
    namespace: NAMESPACE,
    operations: {
      GetEventProperties: () => eventProperties(parts.device),
      GetServiceCapabilities: () => serviceCapabilities(parts.device),
      CreatePullPointSubscription: (call) => createPullPoint(parts, call),
    },
  };
}

/** The service behind the address of a subscription. */
export function subscriptionService(parts: EventParts): Service {
  const { device, events } = parts;
  return {
    namespace: NAMESPACE,
    operations: {
      PullMessages: (call) => pullMessages(device, addressed(parts, call), call),
      Renew: (call) => renew(device, addressed(parts, call), call),
      Unsubscribe: (call) => {
        parts.subscriptions.remove(addressed(parts, call));
        return xml`<wsnt:UnsubscribeResponse/>`;
      },
      SetSynchronizationPoint: (call) => {
        const subscription = addressed(parts, call);
        for (const notification of events.snapshot()) subscription.put(notification);
        return xml`<tev:SetSynchronizationPointResponse/>`;
      },
    },
  };
}

function createPullPoint({ device, events, subscriptions }: EventParts, call: SoapCall): Markup {
  const { operation } = call.request;
  checkAddressing(device, call);
  if (subscriptions.size >= device.quirks.maxSubscriptions) throw faults.tooManySubscriptions();
  const lifetime = lifetimeMs(device, textAt(operation, 'InitialTerminationTime'));
  const subscription = subscriptions.create(textAt(operation, 'Filter', 'TopicExpression'));
  subscription.prolong(lifetime, device.now());
  for (const notification of events.snapshot()) subscription.put(notification);
  return xml`
    <tev:CreatePullPointSubscriptionResponse>
      <tev:SubscriptionReference>${reference(device, subscription)}</tev:SubscriptionReference>
      ${times(device, subscription, 'wsnt')}
    </tev:CreatePullPointSubscriptionResponse>`;
}

async function pullMessages(device: DeviceView, subscription: Subscription, call: SoapCall): Promise<Markup> {
  const timeout = durationMs(textAt(call.request.operation, 'Timeout') ?? '');
  const limit = Number(textAt(call.request.operation, 'MessageLimit') ?? MAX_PULL_MESSAGES);
  if (timeout === undefined || !(limit >= 1)) throw faults.invalidArgument('ter:InvalidArgVal');
  if (device.quirks.pullKeepsAlive) subscription.keepAlive(device.now());
  const messages = await subscription.pull(
    Math.min(timeout, MAX_PULL_MS),
    Math.min(limit, MAX_PULL_MESSAGES),
    call.signal,
  );
  return xml`
    <tev:PullMessagesResponse>
      ${times(device, subscription, 'tev')}
      ${messages.map(notificationXml)}
    </tev:PullMessagesResponse>`;
}

function renew(device: DeviceView, subscription: Subscription, call: SoapCall): Markup {
  const lifetime = lifetimeMs(device, textAt(call.request.operation, 'TerminationTime'));
  subscription.prolong(lifetime, device.now());
  return xml`
    <wsnt:RenewResponse>
      <wsnt:TerminationTime>${dateTime(subscription.terminatesAt)}</wsnt:TerminationTime>
      <wsnt:CurrentTime>${dateTime(device.now())}</wsnt:CurrentTime>
    </wsnt:RenewResponse>`;
}

function times(device: DeviceView, subscription: Subscription, prefix: string): Markup {
  return xml`
    <${prefix}:CurrentTime>${dateTime(device.now())}</${prefix}:CurrentTime>
    <${prefix}:TerminationTime>${dateTime(subscription.terminatesAt)}</${prefix}:TerminationTime>`;
}

/** The subscription that a call means; throws a fault for bad addressing headers or an unknown one. */
function addressed({ device, subscriptions }: EventParts, call: SoapCall): Subscription {
  checkAddressing(device, call);
  const fromPath = call.path.slice(paths.subscription.length + 1);
  const id = fromPath === '' ? textAt(call.request.header, 'SubscriptionId') : fromPath;
  const subscription = subscriptions.get(id ?? '');
  const { to } = call.request;
  const isStrict = device.quirks.checksDestination;
  if (isStrict && to !== undefined && to !== addressOf(device, subscription)) throw faults.wrongDestination();
  return subscription;
}

function checkAddressing(device: DeviceView, { request }: SoapCall): void {
  if (!device.quirks.requiresAddressing) return;
  if (!request.action || !request.messageId) throw faults.headerRequired();
}

function addressOf(device: DeviceView, subscription: Subscription): string {
  const path = `${paths.subscription}/${subscription.id}`;
  switch (device.quirks.subscriptionReference) {
    case 'absolute':
      return `http://${device.authority()}${path}`;
    case 'relative':
      return path;
    case 'wrong-host':
      return `http://${WRONG_HOST}${path}`;
    case 'reference-parameters':
      return `http://${device.authority()}${paths.subscription}`;
  }
}

function reference(device: DeviceView, subscription: Subscription): Markup {
  const address = xml`<wsa5:Address>${addressOf(device, subscription)}</wsa5:Address>`;
  if (device.quirks.subscriptionReference !== 'reference-parameters') return address;
  return xml`
    ${address}
    <wsa5:ReferenceParameters>
      <dom0:SubscriptionId xmlns:dom0="http://www.angrid.example/simulator/event">${subscription.id}</dom0:SubscriptionId>
    </wsa5:ReferenceParameters>`;
}

/** The lifetime that a termination time asks for, judged by the camera's clock. */
function lifetimeMs(device: DeviceView, text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_LIFETIME_MS;
  const relative = durationMs(text);
  if (relative !== undefined && device.quirks.refuseRelativeTermination) throw faults.badTermination();
  const lifetime = relative ?? Date.parse(text) - device.now();
  if (!(lifetime > 0)) throw faults.badTermination();
  return Math.min(lifetime, MAX_LIFETIME_MS);
}

function eventProperties(device: DeviceView): Markup {
  return xml`
    <tev:GetEventPropertiesResponse>
      <tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml</tev:TopicNamespaceLocation>
      <wsnt:FixedTopicSet>true</wsnt:FixedTopicSet>
      <wstop:TopicSet>${topicSet(device.topics)}</wstop:TopicSet>
      <wsnt:TopicExpressionDialect>http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet</wsnt:TopicExpressionDialect>
      <tev:MessageContentFilterDialect>http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter</tev:MessageContentFilterDialect>
      <tev:MessageContentSchemaLocation>http://www.onvif.org/onvif/ver10/schema/onvif.xsd</tev:MessageContentSchemaLocation>
    </tev:GetEventPropertiesResponse>`;
}

function serviceCapabilities({ quirks }: DeviceView): Markup {
  return xml`
    <tev:GetServiceCapabilitiesResponse>
      <tev:Capabilities WSSubscriptionPolicySupport="false" WSPullPointSupport="true" MaxPullPoints="${quirks.maxSubscriptions}"/>
    </tev:GetServiceCapabilitiesResponse>`;
}
