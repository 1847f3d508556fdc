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
    },
  } as const;
}
