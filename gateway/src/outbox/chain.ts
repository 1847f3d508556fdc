import { nextLink } from '@angrid/contract/signing';

/** The line as it goes up: the draft with the two attributes that only the outbox can give. */
export function lineOf(json: string, epoch: number, sequence: number): string {
  return `{"bootepoch":${epoch},"sequence":${sequence},${json.slice(1)}`;
}

/** The draft of a line that `lineOf` made. */
export function draftOf(line: string): string {
  const afterEpoch = line.indexOf(',') + 1;
  return `{${line.slice(line.indexOf(',', afterEpoch) + 1)}`;
}

/** The link after all of `lines`, given the one before them. */
export function linkAfter(link: string, lines: Iterable<string>): string {
  let head = link;
  for (const line of lines) head = nextLink(head, line);
  return head;
}
