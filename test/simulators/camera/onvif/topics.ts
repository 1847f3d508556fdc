import type { SimpleItems } from './notification.js';
import { type Markup, xml } from './xml.js';

/** A property topic that the camera lists in GetEventProperties. */
export interface PropertyTopic {
  readonly topic: string;
  readonly sourceItems: readonly string[];
  readonly dataItem: string;
}

export const VIDEO_SOURCE = 'VideoSource_1';
export const VIDEO_SOURCE_CONFIGURATION = 'VideoSourceConfig_1';
export const ANALYTICS_CONFIGURATION = 'VideoAnalyticsConfig_1';

const RULE_ITEMS = ['VideoSourceConfigurationToken', 'VideoAnalyticsConfigurationToken', 'Rule'];

export const topics = {
  motion: { topic: 'tns1:VideoSource/MotionAlarm', sourceItems: ['Source'], dataItem: 'State' },
  cellMotion: { topic: 'tns1:RuleEngine/CellMotionDetector/Motion', sourceItems: RULE_ITEMS, dataItem: 'IsMotion' },
  tamper: { topic: 'tns1:RuleEngine/TamperDetector/Tamper', sourceItems: RULE_ITEMS, dataItem: 'IsTamper' },
  digitalInput: {
    topic: 'tns1:Device/Trigger/DigitalInput',
    sourceItems: ['InputToken'],
    dataItem: 'LogicalState',
  },
} as const satisfies Record<string, PropertyTopic>;

/** The source items of a rule with this name. */
export function ruleSource(rule: string): SimpleItems {
  return {
    VideoSourceConfigurationToken: VIDEO_SOURCE_CONFIGURATION,
    VideoAnalyticsConfigurationToken: ANALYTICS_CONFIGURATION,
    Rule: rule,
  };
}

interface TopicNode {
  readonly children: Map<string, TopicNode>;
  description: Markup | undefined;
}

/** The content of wstop:TopicSet: one element a path segment, message descriptions at the leaves. */
export function topicSet(list: readonly PropertyTopic[]): Markup[] {
  const root: TopicNode = { children: new Map(), description: undefined };
  for (const topic of list) nodeAt(root, topic.topic.split('/')).description = messageDescription(topic);
  return nodesXml(root);
}

function nodeAt(root: TopicNode, path: readonly string[]): TopicNode {
  let node = root;
  for (const segment of path) {
    const next = node.children.get(segment) ?? { children: new Map(), description: undefined };
    node.children.set(segment, next);
    node = next;
  }
  return node;
}

function nodesXml(node: TopicNode): Markup[] {
  return [...node.children].map(([name, child]) => {
    const isTopic = child.description ? xml`wstop:topic="true"` : xml``;
    return xml`<${name} ${isTopic}>${child.description ?? xml``}${nodesXml(child)}</${name}>`;
  });
}

function messageDescription(topic: PropertyTopic): Markup {
  const source = topic.sourceItems.map(
    (name) => xml`<tt:SimpleItemDescription Name="${name}" Type="tt:ReferenceToken"/>`,
  );
  return xml`
    <tt:MessageDescription IsProperty="true">
      <tt:Source>${source}</tt:Source>
      <tt:Data><tt:SimpleItemDescription Name="${topic.dataItem}" Type="xsd:boolean"/></tt:Data>
    </tt:MessageDescription>`;
}
