import type { Severity } from '../api/types.js';
import { noFilter, severities, type Stage, stages, type WallFilter } from './wall-filter.js';

type QueryValue = string | null | undefined | (string | null)[];

/** The filter that an address holds; what it cannot read is no filter. */
export function filterOfQuery(query: Readonly<Record<string, QueryValue>>): WallFilter {
  const words = (key: string) => text(query[key]).split(',');
  return {
    severities: severities.filter((severity) => words('severity').includes(String(severity))),
    stages: stages.filter((stage) => words('stage').includes(stage)),
    unit: text(query['unit']),
    compound: text(query['compound']),
    text: text(query['q']),
    order: text(query['order']) === 'longest' ? 'longest' : noFilter.order,
  };
}

/** The shortest address that holds the filter. */
export function queryOfFilter(filter: WallFilter): Record<string, string> {
  const query: Record<string, string> = {};
  if (filter.severities.length > 0) query['severity'] = filter.severities.join(',');
  if (filter.stages.length > 0) query['stage'] = filter.stages.join(',');
  if (filter.unit !== '') query['unit'] = filter.unit;
  if (filter.compound !== '') query['compound'] = filter.compound;
  if (filter.text !== '') query['q'] = filter.text;
  if (filter.order !== noFilter.order) query['order'] = filter.order;
  return query;
}

export function toggled<T extends Severity | Stage>(list: readonly T[], item: T): readonly T[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}

function text(value: QueryValue): string {
  const first = Array.isArray(value) ? value[0] : value;
  return (first ?? '').slice(0, 200);
}
