/** More than any device sends: each event is told for itself. */
const flood = { burst: 10_000, perSecond: 10_000 } as const;

/** A compound without places, whose rules raise nothing by themselves within minutes. */
export function plainCompound(id: string) {
  return {
    id,
    name: id,
    siteClass: 'art7',
    purpose: 'public-safety',
    timezone: 'Asia/Shanghai',
    night: '22:00-06:00',
    notice: { contact: 'Desk', purposes: ['public-safety'] },
    rules: {
      heldOpenSeconds: { day: 600, night: 600 },
      repeatedDenial: { count: 20, windowSeconds: 10 },
      offlineGraceSeconds: 600,
      storm: { alarm: flood, record: flood, windowSeconds: 10 },
    },
  } as const;
}
